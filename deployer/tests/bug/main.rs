//! A bug ends the program with its message and exit code. This is a separate test binary without a
//! harness: it starts itself again, and that process ends.

#![expect(clippy::print_stdout, reason = "without a harness it tells its result itself")]
#![expect(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::env;
use std::process::Command;
use std::thread;

use deployer::exit::Exit;
use deployer::host::panic_hook;

fn main() {
    match env::args().nth(1).as_deref() {
        Some("a-bug") => {
            panic_hook::install();
            panic!("what went wrong");
        }
        Some("a-bug-elsewhere") => {
            panic_hook::install();
            let elsewhere = thread::spawn(|| panic!("what went wrong"));
            elsewhere.join().unwrap();
        }
        _ => {
            a_bug_has_its_sentence_and_its_exit_code("a-bug");
            a_bug_has_its_sentence_and_its_exit_code("a-bug-elsewhere");
            println!("test result: ok. 2 passed; 0 failed; 0 ignored");
        }
    }
}

fn a_bug_has_its_sentence_and_its_exit_code(bug: &str) {
    let ended = Command::new(env::current_exe().unwrap()).arg(bug).output().unwrap();
    assert_eq!(ended.status.code(), Some(i32::from(Exit::Bug.code())));
    let printed = String::from_utf8(ended.stderr).unwrap();
    assert!(printed.contains("what went wrong"), "{printed}");
    assert!(printed.ends_with("please report the lines above\n"), "{printed}");
}
