//! The one HTTP client is the deployer's only way to the network, so that what a proxy sees of it
//! (`end_to_end/names.rs`) is all there is. It listens in one place: for the flow's functions that run on this
//! machine, on an address that no other machine reaches.

use std::process::Command;

use crate::{sources, strays};

/// The runtime API of functions on this machine.
const LISTENER: &str = "deployer/src/simulation/local_functions/runtime_api.rs";

#[test]
fn the_deployer_listens_on_this_machine_only_and_connects_nowhere_from_there() {
    let (_, text) = sources().into_iter().find(|(path, _)| path == LISTENER).unwrap();
    let binds: Vec<&str> = text.lines().filter(|line| line.contains("bind(")).collect();
    assert_eq!(binds.len(), 1, "{binds:?}");
    assert!(binds[0].contains("bind((Ipv4Addr::LOCALHOST, 0))"), "{binds:?}");
    for word in ["connect(", "TcpStream", "client::", "0.0.0.0", "UNSPECIFIED"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn the_deployer_opens_no_connection_beside_its_http_client() {
    let words = [
        "TcpListener",
        "TcpStream",
        "ToSocketAddrs",
        "UdpSocket",
        "aws_smithy_http_client",
        "hyper",
        "lookup_host",
        "tokio::net",
    ];
    // The two beside the client describe its proxies and authorities, and connect to nothing.
    let places = [
        "handler/src/",
        "cloud/src/aws/http.rs",
        "cloud/src/aws/proxy.rs",
        "cloud/src/aws/trust.rs",
        LISTENER,
    ];
    let none: [String; 0] = [];
    assert_eq!(strays(&words, &places), none);
}

/// The crates that open sockets or speak HTTP, and those of the deployer's that use them directly.
#[test]
fn no_other_crate_brings_a_way_to_the_network() {
    let table: [(&str, &[&str]); 4] = [
        ("mio", &["tokio"]),
        ("socket2", &["hyper-util", "tokio"]),
        // The deployer itself: only as a server, in the file above.
        ("hyper", &["aws-smithy-http-client", "deployer", "hyper-rustls", "hyper-util"]),
        ("hyper-util", &["aws-smithy-http-client", "deployer", "hyper-rustls"]),
    ];
    for (package, users) in table {
        assert_eq!(users_of(package), users, "{package}");
    }
}

/// The crates of the deployer that depend on a package, by name.
fn users_of(package: &str) -> Vec<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--package", "deployer", "--edges", "normal"])
        .args(["--invert", package, "--depth", "1", "--prefix", "depth"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let direct = text.lines().filter_map(|line| line.strip_prefix('1')?.split(' ').next());
    let mut users: Vec<String> = direct.map(str::to_owned).collect();
    users.sort();
    users
}
