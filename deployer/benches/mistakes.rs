//! Makes every mistake that `deployer/tests/mistakes/` can make in every definition, and prints as a table what the
//! checker finds: `cargo mistakes`.

#![expect(clippy::print_stdout, reason = "a program that prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a definition that cannot be read is a failure")]

#[path = "../tests/mistakes/mod.rs"]
mod mistakes;

use mistakes::{Definition, Extent, play};

fn main() {
    let begun = std::time::Instant::now();
    let report = play(&Definition::all(), Extent::of("all"));
    print!("{report}");
    println!("{:.0} s", begun.elapsed().as_secs_f64());
}
