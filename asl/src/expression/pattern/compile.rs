//! Compiles a regular expression for the machine in [`super::run`].

use super::PatternError;
use super::class::{Set, canonical};
use super::syntax::{Node, Parsed, Times};

/// The most instructions of a program. A limit of this program.
const MAX_OPS: usize = 200_000;

#[derive(Debug)]
pub(super) struct Program {
    pub(super) ops: Vec<Op>,
    /// How many groups it has. Group `n` keeps its place in the registers `2n - 2` and `2n - 1`.
    pub(super) groups: usize,
    /// How many registers it uses: those of groups, and two for each loop.
    pub(super) registers: usize,
    pub(super) multiline: bool,
    pub(super) fold: bool,
}

#[derive(Debug)]
pub(super) enum Op {
    /// Matches one unit, and moves over it.
    Unit(Unit, Direction),
    /// Matches one unit as often as it can, or as it must.
    Run(Unit, Direction, Times),
    Start,
    End,
    Border(bool),
    /// What a group matched. Matches the empty text if the group has not matched.
    Back(usize, Direction),
    Save(usize),
    /// Continues here, and on failure there.
    Fork(usize),
    Jump(usize),
    /// Begins a loop: its first register counts, its second has the place of an iteration.
    Loop(usize),
    /// Decides whether to iterate: with the next instruction, or to leave the loop.
    Again {
        register: usize,
        times: Times,
        exit: usize,
    },
    /// Begins an iteration.
    Enter {
        register: usize,
        groups: (usize, usize),
    },
    /// Ends an iteration.
    Leave {
        register: usize,
        min: usize,
        again: usize,
    },
    /// Whether what follows, up to its `Done`, matches here.
    Look {
        negative: bool,
        exit: usize,
    },
    Done,
}

#[derive(Debug, Clone)]
pub(super) enum Unit {
    Char(u16),
    /// The canonical unit of those that are equal without case.
    Folded(u16),
    Set(Set),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Forward,
    /// In a look-behind.
    Backward,
}

impl Unit {
    pub(super) fn matches(&self, unit: u16) -> bool {
        match self {
            Self::Char(char) => *char == unit,
            Self::Folded(char) => *char == canonical(unit),
            Self::Set(set) => set.contains(unit),
        }
    }
}

struct Compiler {
    ops: Vec<Op>,
    registers: usize,
    fold: bool,
}

pub(super) fn compile(
    parsed: &Parsed,
    fold: bool,
    multiline: bool,
) -> Result<Program, PatternError> {
    let mut compiler = Compiler { ops: Vec::new(), registers: parsed.groups * 2, fold };
    compiler.node(&parsed.node, Direction::Forward)?;
    compiler.add(Op::Done)?;
    let Compiler { ops, registers, .. } = compiler;
    Ok(Program { ops, groups: parsed.groups, registers, multiline, fold })
}

impl Compiler {
    fn add(&mut self, op: Op) -> Result<usize, PatternError> {
        if self.ops.len() >= MAX_OPS {
            return Err(PatternError::TooLarge("the regular expression is too large".to_owned()));
        }
        self.ops.push(op);
        Ok(self.ops.len() - 1)
    }

    /// Completes an instruction that leads to what is compiled next.
    fn lead_here(&mut self, from: usize) {
        let here = self.ops.len();
        if let Some(
            Op::Fork(to) | Op::Jump(to) | Op::Again { exit: to, .. } | Op::Look { exit: to, .. },
        ) = self.ops.get_mut(from)
        {
            *to = here;
        }
    }

    fn unit(&self, node: &Node) -> Option<Unit> {
        match node {
            Node::Char(char) if self.fold => Some(Unit::Folded(canonical(*char))),
            Node::Char(char) => Some(Unit::Char(*char)),
            Node::Set(set) => Some(Unit::Set(set.clone())),
            _ => None,
        }
    }

    fn node(&mut self, node: &Node, direction: Direction) -> Result<(), PatternError> {
        let forward = direction == Direction::Forward;
        match node {
            Node::Char(_) | Node::Set(_) => {
                let unit = self.unit(node);
                unit.map_or(Ok(0), |unit| self.add(Op::Unit(unit, direction)))?;
            }
            Node::Sequence(nodes) if forward => {
                nodes.iter().try_for_each(|node| self.node(node, direction))?;
            }
            Node::Sequence(nodes) => {
                nodes.iter().rev().try_for_each(|node| self.node(node, direction))?;
            }
            Node::Either(nodes) => self.either(nodes, direction)?,
            Node::Group(number, inside) => {
                let (first, last) = (number * 2 - 2, number * 2 - 1);
                self.add(Op::Save(if forward { first } else { last }))?;
                self.node(inside, direction)?;
                self.add(Op::Save(if forward { last } else { first }))?;
            }
            Node::Repeat(inside, times) => self.repeat(inside, *times, direction)?,
            Node::Look { inside, behind, negative } => {
                let look = self.add(Op::Look { negative: *negative, exit: 0 })?;
                let inner = if *behind { Direction::Backward } else { Direction::Forward };
                self.node(inside, inner)?;
                self.add(Op::Done)?;
                self.lead_here(look);
            }
            Node::Start => drop(self.add(Op::Start)?),
            Node::End => drop(self.add(Op::End)?),
            Node::Border(wanted) => drop(self.add(Op::Border(*wanted))?),
            Node::Back(group) => drop(self.add(Op::Back(*group, direction))?),
        }
        Ok(())
    }

    fn either(&mut self, nodes: &[Node], direction: Direction) -> Result<(), PatternError> {
        let Some((last, others)) = nodes.split_last() else { return Ok(()) };
        let mut ends = Vec::with_capacity(others.len());
        for node in others {
            let fork = self.add(Op::Fork(0))?;
            self.node(node, direction)?;
            ends.push(self.add(Op::Jump(0))?);
            self.lead_here(fork);
        }
        self.node(last, direction)?;
        ends.into_iter().for_each(|end| self.lead_here(end));
        Ok(())
    }

    fn repeat(
        &mut self,
        inside: &Node,
        times: Times,
        direction: Direction,
    ) -> Result<(), PatternError> {
        if let Some(unit) = self.unit(inside) {
            self.add(Op::Run(unit, direction, times))?;
            return Ok(());
        }
        let register = self.registers;
        self.registers += 2;
        self.add(Op::Loop(register))?;
        let again = self.add(Op::Again { register, times, exit: 0 })?;
        self.add(Op::Enter { register, groups: times.groups })?;
        self.node(inside, direction)?;
        self.add(Op::Leave { register, min: times.min, again })?;
        self.lead_here(again);
        Ok(())
    }
}
