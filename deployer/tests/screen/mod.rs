//! An emulated terminal: what a person sees of a program's output.

use std::num::NonZeroU16;

/// More lines than any session prints.
const SCROLLBACK: usize = 100_000;

/// A terminal with the output of a program and everything that has scrolled out of view.
pub(crate) struct Screen {
    emulated: vt100::Parser,
    columns: u16,
}

impl Screen {
    fn new(columns: usize, rows: usize) -> Self {
        let cells = |count: usize| {
            let count = u16::try_from(count).ok().and_then(NonZeroU16::new);
            count.expect("a screen has some cells, and not many")
        };
        let (rows, columns) = (cells(rows), cells(columns));
        Self { emulated: vt100::Parser::new(rows, columns, SCROLLBACK), columns: columns.get() }
    }

    /// Processes output as a terminal does, which starts a new line at each line end.
    fn write(&mut self, output: &str) {
        self.emulated.process(output.replace('\n', "\r\n").as_bytes());
    }

    /// What a person can see without scrolling.
    pub(crate) fn shown(&self) -> String {
        self.emulated.screen().contents()
    }

    /// All lines, including those that scrolled away; a wrapped line is one.
    pub(crate) fn transcript(&mut self) -> String {
        let screen = self.emulated.screen_mut();
        screen.set_scrollback(SCROLLBACK);
        let away = screen.scrollback();
        let mut text = String::new();
        for back in (1..=away).rev() {
            let screen = self.emulated.screen_mut();
            screen.set_scrollback(back);
            text.push_str(screen.rows(0, self.columns).next().unwrap_or_default().as_str());
            if !screen.row_wrapped(0) {
                text.push('\n');
            }
        }
        self.emulated.screen_mut().set_scrollback(0);
        text + &self.shown()
    }
}

/// Replays output: `look` gets the screen each time before a block is redrawn.
pub(crate) fn replay(
    output: &str,
    (columns, rows): (usize, usize),
    mut look: impl FnMut(&Screen),
) -> Screen {
    let mut screen = Screen::new(columns, rows);
    for piece in output.split_inclusive("\u{1b}[J") {
        // The output has no colors: the only escapes are those that erase a block.
        let (frame, taken_away) = piece.split_at(piece.find('\u{1b}').unwrap_or(piece.len()));
        screen.write(frame);
        look(&screen);
        screen.write(taken_away);
    }
    screen
}
