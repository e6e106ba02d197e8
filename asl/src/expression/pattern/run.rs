//! Runs a compiled regular expression: a machine that backtracks, with a stack of its own.

use super::class::{canonical, is_line_end, is_word};
use super::compile::{Direction, Op, Program, Unit};
use super::syntax::Times;
use super::{Budget, Exhausted, Match};

/// The most entries of the stack. A limit of this program, about 80 MB.
const MAX_STACK: usize = 2_000_000;

/// The value of a register that has none.
const NONE: usize = usize::MAX;

/// What to go back to.
enum Entry {
    /// Continue with an instruction at a place.
    Branch { op: usize, at: usize },
    /// A register had another value.
    Restore { register: usize, value: usize },
    /// A greedy run can give units back, as long as it is longer than `least`.
    Shorter { op: usize, start: usize, length: usize, least: usize },
    /// A lazy run can take more units.
    Longer { op: usize, start: usize, length: usize },
}

/// What an instruction leads to.
enum Next {
    Go(usize, usize),
    Fail,
    Done(usize),
}

struct Machine<'a> {
    program: &'a Program,
    text: &'a [u16],
    registers: Vec<usize>,
    stack: Vec<Entry>,
    budget: &'a Budget,
}

pub(super) fn find(
    program: &Program,
    text: &[u16],
    from: usize,
    budget: &Budget,
) -> Result<Option<Match>, Exhausted> {
    let registers = vec![NONE; program.registers];
    let mut machine = Machine { program, text, registers, stack: Vec::new(), budget };
    let first = match program.ops.first() {
        Some(Op::Unit(unit, _)) => Some(unit),
        _ => None,
    };
    for start in from..=text.len() {
        if let Some(first) = first
            && !text.get(start).is_some_and(|&unit| first.matches(unit))
        {
            budget.spend(1)?;
            continue;
        }
        if let Some(end) = machine.run(0, start)? {
            let group = |group: usize| {
                let place = |at: usize| machine.registers.get(at).copied().filter(|&at| at != NONE);
                place(group * 2).zip(place(group * 2 + 1))
            };
            let groups = (0..program.groups).map(group).collect();
            return Ok(Some(Match { start, end, groups }));
        }
    }
    Ok(None)
}

/// The place after a run of units.
fn moved(start: usize, length: usize, direction: Direction) -> usize {
    match direction {
        Direction::Forward => start + length,
        Direction::Backward => start - length,
    }
}

impl Machine<'_> {
    fn push(&mut self, entry: Entry) -> Result<(), Exhausted> {
        if self.stack.len() >= MAX_STACK {
            return Err(Exhausted);
        }
        self.stack.push(entry);
        Ok(())
    }

    fn register(&self, register: usize) -> usize {
        self.registers.get(register).copied().unwrap_or(NONE)
    }

    fn set(&mut self, register: usize, value: usize) -> Result<(), Exhausted> {
        let old = self.register(register);
        if old != value {
            self.push(Entry::Restore { register, value: old })?;
            self.put(register, value);
        }
        Ok(())
    }

    fn put(&mut self, register: usize, value: usize) {
        if let Some(place) = self.registers.get_mut(register) {
            *place = value;
        }
    }

    /// Runs until the `Done` of this level. On success, what it can go back to stays on the stack;
    /// otherwise, everything is as before.
    fn run(&mut self, op: usize, at: usize) -> Result<Option<usize>, Exhausted> {
        let base = self.stack.len();
        let (mut op, mut at) = (op, at);
        loop {
            self.budget.spend(1)?;
            match self.step(op, at)? {
                Next::Go(next, place) => (op, at) = (next, place),
                Next::Done(place) => return Ok(Some(place)),
                Next::Fail => match self.back_to(base) {
                    Some((next, place)) => (op, at) = (next, place),
                    None => return Ok(None),
                },
            }
        }
    }

    /// Undoes what happened since the last alternative, and takes it.
    fn back_to(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.stack.len() > base {
            match self.stack.pop()? {
                Entry::Branch { op, at } => return Some((op, at)),
                Entry::Restore { register, value } => self.put(register, value),
                Entry::Shorter { op, start, length, least } => {
                    let Some(Op::Run(_, direction, _)) = self.program.ops.get(op) else { continue };
                    let length = length - 1;
                    if length > least {
                        self.stack.push(Entry::Shorter { op, start, length, least });
                    }
                    return Some((op + 1, moved(start, length, *direction)));
                }
                Entry::Longer { op, start, length } => {
                    let Some(Op::Run(unit, direction, times)) = self.program.ops.get(op) else {
                        continue;
                    };
                    if !self.unit_at(moved(start, length, *direction), unit, *direction) {
                        continue;
                    }
                    let length = length + 1;
                    if length < times.max {
                        self.stack.push(Entry::Longer { op, start, length });
                    }
                    return Some((op + 1, moved(start, length, *direction)));
                }
            }
        }
        None
    }

    /// The unit that is next in a direction.
    fn peek(&self, at: usize, direction: Direction) -> Option<u16> {
        let at = if direction == Direction::Forward { at } else { at.checked_sub(1)? };
        self.text.get(at).copied()
    }

    fn unit_at(&self, at: usize, unit: &Unit, direction: Direction) -> bool {
        self.peek(at, direction).is_some_and(|found| unit.matches(found))
    }

    fn step(&mut self, op: usize, at: usize) -> Result<Next, Exhausted> {
        let program = self.program;
        let Some(instruction) = program.ops.get(op) else { return Ok(Next::Fail) };
        let go_if = |passes: bool| if passes { Next::Go(op + 1, at) } else { Next::Fail };
        Ok(match instruction {
            Op::Unit(unit, direction) if self.unit_at(at, unit, *direction) => {
                Next::Go(op + 1, moved(at, 1, *direction))
            }
            Op::Unit(..) => Next::Fail,
            Op::Run(unit, direction, times) => self.repeat(op, at, unit, *direction, *times)?,
            Op::Start => go_if(at == 0 || program.multiline && self.ends_line(at.checked_sub(1))),
            Op::End => {
                go_if(at == self.text.len() || program.multiline && self.ends_line(Some(at)))
            }
            Op::Border(wanted) => {
                let word = |at: Option<usize>| at.is_some_and(|at| self.is_word_at(at));
                go_if((word(at.checked_sub(1)) != word(Some(at))) == *wanted)
            }
            Op::Back(group, direction) => self.back_reference(op, at, *group, *direction)?,
            Op::Save(register) => {
                self.set(*register, at)?;
                Next::Go(op + 1, at)
            }
            Op::Fork(other) => {
                self.push(Entry::Branch { op: *other, at })?;
                Next::Go(op + 1, at)
            }
            Op::Jump(to) => Next::Go(*to, at),
            Op::Loop(register) => {
                self.set(*register, 0)?;
                Next::Go(op + 1, at)
            }
            Op::Again { register, times, exit } => self.again(op, at, *register, *times, *exit)?,
            Op::Enter { register, groups } => {
                self.set(*register, self.register(*register).saturating_add(1))?;
                self.set(*register + 1, at)?;
                for register in groups.0 * 2..groups.1 * 2 {
                    self.set(register, NONE)?;
                }
                self.budget.spend(groups.1 - groups.0)?;
                Next::Go(op + 1, at)
            }
            Op::Leave { register, min, again } => {
                let idle = self.register(*register + 1) == at;
                // An iteration that was not needed and matches the empty text would never end.
                if idle && self.register(*register) > *min {
                    Next::Fail
                } else {
                    Next::Go(*again, at)
                }
            }
            Op::Look { negative, exit } => self.look(op, at, *negative, *exit)?,
            Op::Done => Next::Done(at),
        })
    }

    fn ends_line(&self, at: Option<usize>) -> bool {
        at.and_then(|at| self.text.get(at)).is_some_and(|&unit| is_line_end(unit))
    }

    fn is_word_at(&self, at: usize) -> bool {
        self.text.get(at).is_some_and(|&unit| is_word(unit))
    }

    fn repeat(
        &mut self,
        op: usize,
        at: usize,
        unit: &Unit,
        direction: Direction,
        times: Times,
    ) -> Result<Next, Exhausted> {
        let most = if times.greedy { times.max } else { times.min };
        let mut length = 0;
        while length < most && self.unit_at(moved(at, length, direction), unit, direction) {
            length += 1;
        }
        self.budget.spend(length)?;
        if length < times.min {
            return Ok(Next::Fail);
        }
        if times.greedy && length > times.min {
            self.push(Entry::Shorter { op, start: at, length, least: times.min })?;
        }
        if !times.greedy && length < times.max {
            self.push(Entry::Longer { op, start: at, length })?;
        }
        Ok(Next::Go(op + 1, moved(at, length, direction)))
    }

    fn again(
        &mut self,
        op: usize,
        at: usize,
        register: usize,
        times: Times,
        exit: usize,
    ) -> Result<Next, Exhausted> {
        let count = self.register(register);
        if count < times.min {
            return Ok(Next::Go(op + 1, at));
        }
        if count >= times.max {
            return Ok(Next::Go(exit, at));
        }
        let (first, second) = if times.greedy { (op + 1, exit) } else { (exit, op + 1) };
        self.push(Entry::Branch { op: second, at })?;
        Ok(Next::Go(first, at))
    }

    fn back_reference(
        &mut self,
        op: usize,
        at: usize,
        group: usize,
        direction: Direction,
    ) -> Result<Next, Exhausted> {
        let (first, last) = (self.register(group * 2 - 2), self.register(group * 2 - 1));
        if first == NONE || last == NONE {
            return Ok(Next::Go(op + 1, at));
        }
        let length = last - first;
        self.budget.spend(length)?;
        let start = match direction {
            Direction::Forward => Some(at),
            Direction::Backward => at.checked_sub(length),
        };
        let fold = self.program.fold;
        let equal = |(one, other): (&u16, &u16)| {
            one == other || fold && canonical(*one) == canonical(*other)
        };
        let found = start.and_then(|start| self.text.get(start..start + length));
        let wanted = self.text.get(first..last);
        let same =
            found.zip(wanted).is_some_and(|(found, wanted)| found.iter().zip(wanted).all(equal));
        Ok(if same { Next::Go(op + 1, moved(at, length, direction)) } else { Next::Fail })
    }

    /// Looks ahead or behind. What it could go back to is dropped; what its groups matched stays.
    fn look(
        &mut self,
        op: usize,
        at: usize,
        negative: bool,
        exit: usize,
    ) -> Result<Next, Exhausted> {
        let base = self.stack.len();
        let found = self.run(op + 1, at)?.is_some();
        if found && negative {
            while self.stack.len() > base {
                if let Some(Entry::Restore { register, value }) = self.stack.pop() {
                    self.put(register, value);
                }
            }
        } else if found {
            let inside = self.stack.split_off(base);
            let restore = |entry: &Entry| matches!(entry, Entry::Restore { .. });
            self.stack.extend(inside.into_iter().filter(restore));
        }
        Ok(if found == negative { Next::Fail } else { Next::Go(exit, at) })
    }
}
