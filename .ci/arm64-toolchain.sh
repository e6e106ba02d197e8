#!/usr/bin/env bash
# Makes `cargo lambda build --arm64` and qemu-user work on a Linux machine; fast if they already do.
#
#   usage: .ci/arm64-toolchain.sh && . target/tools/arm64.sh
#
# 1. The standard library of aarch64-unknown-linux-gnu: `rustup target add`; if rustup cannot get it, built from
#    Debian's rust-src package of exactly rustc's release and registered with the toolchain.
# 2. cargo-lambda and zig, pinned, from PyPI, in a virtual environment under target/tools.
# 3. qemu-user and an arm64 C library, from apt, if missing.
set -euo pipefail
shopt -s inherit_errexit

TARGET=aarch64-unknown-linux-gnu
CARGO_LAMBDA=1.9.2
ZIG=0.17.1

cd "$(dirname "${BASH_SOURCE[0]}")/.."
TOOLS=$(realpath -m "${CARGO_TARGET_DIR:-target}")/tools
mkdir -p "$TOOLS/bin"
say() { printf 'arm64: %s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# The caller's flags must not affect the probe or the standard library.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER RUSTC_BOOTSTRAP
SYSROOT=$(rustc --print sysroot)
RELEASE=$(rustc -vV | sed -n 's/^release: //p')
COMMIT=$(rustc -vV | sed -n 's/^commit-hash: //p')

# rustc rejects a standard library of another compiler, so compiling one line is a sufficient test.
target_works() {
    local out
    out=$(mktemp -d)
    echo 'fn main() { println!("{:?}", std::env::args()); }' |
        rustc --target $TARGET --emit=metadata --out-dir "$out" - 2>/dev/null
    local worked=$?
    rm -rf "$out"
    return $worked
}

# Unpacks the standard library's sources into $1. apt gets its own lists and sources, because the machine's
# release rarely has this rustc; signatures are checked as usual.
fetch_library() {
    local into=$1 apt=$TOOLS/apt keyring=/usr/share/keyrings/debian-archive-keyring.gpg mirror suite version
    mirror=$(grep -hoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        head -n1 | sed 's#/\? *$##') || true
    [ -n "$mirror" ] || die "no Debian mirror in the apt sources; install $TARGET with rustup"
    mkdir -p "$apt/cache/archives/partial"
    for suite in trixie-backports forky sid bookworm-backports; do
        rm -rf "$apt/lists" && mkdir -p "$apt/lists/partial"
        echo "deb [signed-by=$keyring arch=amd64] $mirror $suite main" >"$apt/sources.list"
        local options=(-qq -oDir::Etc::SourceList="$apt/sources.list" -oDir::Etc::SourceParts=/dev/null
            -oDir::State::Lists="$apt/lists" -oDir::Cache="$apt/cache" -oDir::State::status=/dev/null
            -oAPT::Architecture=amd64 -oAPT::Sandbox::User=root -oAcquire::Languages=none)
        apt-get "${options[@]}" update || { say "$suite is not reachable"; continue; }
        version=$(apt-cache "${options[@]}" madison rust-src | awk '{print $3}' |
            grep -m1 -E "^${RELEASE//./\\.}[+-]") || { say "$suite has no rust-src $RELEASE"; continue; }
        say "rust-src $version from $suite"
        (cd "$apt" && rm -f ./*.deb && apt-get "${options[@]}" download "rust-src=$version")
        dpkg-deb --fsys-tarfile "$apt"/rust-src_*.deb |
            tar -x -C "$into" --strip-components=4 --exclude='*/library/vendor' "./usr/src/rustc-$RELEASE/library"
        rm -rf "$apt"
        return
    done
    die "no Debian suite has rust-src $RELEASE; install $TARGET with rustup"
}

# Builds the standard library as rustc's own release build does, and prints the folder of the rlibs.
build_library() {
    # The same folder on every machine: Cargo includes the folder of a path dependency in the crate's identity.
    local work=/var/tmp/std-${COMMIT:0:12}
    rm -rf "$work" && mkdir -p "$work/seed/src"
    fetch_library "$work"
    : >"$work/seed/src/lib.rs"
    cat >"$work/seed/Cargo.toml" <<'TOML'
[package]
name = "seed"
version = "0.0.0"
edition = "2024"
[workspace]
[profile.release.package.compiler_builtins]
codegen-units = 10000 # one object per intrinsic, so that none clashes with libgcc's
TOML
    # LTO needs the bitcode that Cargo omits, and only panic_abort must itself be built to abort.
    cat >"$work/rustc" <<'SH'
#!/bin/sh
rustc=$1; shift
case " $* " in
    *" --crate-name ___ "* | *" --crate-name seed "*) exec "$rustc" "$@" ;;
    *" --crate-name panic_abort "*) exec "$rustc" "$@" -Cembed-bitcode=yes -Cpanic=abort ;;
    *) exec "$rustc" "$@" -Cembed-bitcode=yes ;;
esac
SH
    chmod +x "$work/rustc"
    # RUSTC_BOOTSTRAP lets a stable compiler build its own library; it is set for this command only.
    (cd "$work/seed" && RUSTC_BOOTSTRAP=1 RUSTC_WRAPPER=$work/rustc __CARGO_TESTS_ONLY_SRC_ROOT=$work/library \
        CARGO_TARGET_DIR=$work/target RUSTFLAGS="--remap-path-prefix=$work=/rustc/$COMMIT" \
        cargo build --release --target $TARGET -Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test) >&2
    rm -f "$work/target/$TARGET/release/deps/"libseed-*
    echo "$work/target/$TARGET/release/deps"
}

# Puts the rlibs into the toolchain and into rustup's list, which cargo-lambda reads.
install_library() {
    local rustlib=$SYSROOT/lib/rustlib
    rm -rf "${rustlib:?}/$TARGET" && mkdir -p "$rustlib/$TARGET/lib"
    cp "$1"/lib*.rlib "$rustlib/$TARGET/lib/"
    [ -f "$rustlib/multirust-config.toml" ] || return 0
    (cd "$SYSROOT" && find "lib/rustlib/$TARGET" -type f | LC_ALL=C sort | sed 's/^/file:/') \
        >"$rustlib/manifest-rust-std-$TARGET"
    grep -qx "rust-std-$TARGET" "$rustlib/components" && return
    echo "rust-std-$TARGET" >>"$rustlib/components"
    printf '\n[[components]]\npkg = "rust-std"\ntarget = "%s"\nis_extension = false\n' $TARGET \
        >>"$rustlib/multirust-config.toml"
}

exec 9>"$TOOLS/arm64.lock"
flock 9
if ! target_works && ! { rustup target add $TARGET >&2 && target_works; }; then
    say "rustup has no $TARGET here; building it from Debian's rust-src $RELEASE"
    LIBRARY=$(build_library)
    install_library "$LIBRARY"
    rm -rf "/var/tmp/std-${COMMIT:0:12}"
    target_works || die "rustc $RELEASE cannot use the library that was built"
fi

VENV=$TOOLS/cargo-lambda-$CARGO_LAMBDA-zig-$ZIG
if [ ! -e "$VENV/complete" ]; then
    rm -rf "$VENV" && python3 -m venv "$VENV"
    "$VENV/bin/pip" install -q "cargo-lambda==$CARGO_LAMBDA" "ziglang==$ZIG"
    touch "$VENV/complete"
fi
# Only these two are added to PATH: the environment's python3 must not hide the machine's.
ln -sf "$VENV/bin/cargo-lambda" "$TOOLS/bin/cargo-lambda"
printf '#!/bin/sh\nexec "%s/bin/python" -m ziglang "$@"\n' "$VENV" >"$TOOLS/bin/zig"
chmod +x "$TOOLS/bin/zig"

ARM64_ROOT=/usr/aarch64-linux-gnu
if ! command -v qemu-aarch64-static >/dev/null || [ ! -e $ARM64_ROOT/lib/ld-linux-aarch64.so.1 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        qemu-user-static libc6-arm64-cross >/dev/null
fi

cat >"$TOOLS/arm64.sh" <<SH
export PATH="$TOOLS/bin:\$PATH"
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64-static -L $ARM64_ROOT"
SH
say "ready; now: . $TOOLS/arm64.sh"
