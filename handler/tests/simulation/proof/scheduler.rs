//! Where a schedule's choices come from: all of them in turn, or a seed.

/// Makes the choices of one schedule.
pub(crate) trait Scheduler {
    /// One of so many options, counted from 0. There is at least one.
    fn choose(&mut self, options: usize) -> usize;

    /// True in so many of a hundred cases.
    fn happens(&mut self, percent: usize) -> bool {
        self.choose(100) < percent
    }

    /// One of a list that is not empty.
    fn pick<'a, T>(&mut self, options: &'a [T]) -> &'a T {
        &options[self.choose(options.len())]
    }
}

impl Scheduler for fastrand::Rng {
    fn choose(&mut self, options: usize) -> usize {
        self.usize(..options)
    }
}

/// Every sequence of choices there is, depth first: each schedule repeats the choices of the one
/// before up to the last that has an option left, and takes that.
#[derive(Debug, Clone, Default)]
pub(crate) struct Odometer {
    /// What was chosen, and of how many.
    choices: Vec<(usize, usize)>,
    position: usize,
}

impl Odometer {
    /// Goes back to the first choice of the same schedule.
    pub(crate) fn rewind(&mut self) {
        self.position = 0;
    }

    /// Turns to the next schedule. False if that was the last.
    pub(crate) fn next_schedule(&mut self) -> bool {
        self.choices.truncate(self.position);
        self.position = 0;
        while let Some((chosen, options)) = self.choices.pop() {
            if chosen + 1 < options {
                self.choices.push((chosen + 1, options));
                return true;
            }
        }
        false
    }

    /// The choices of this schedule so far.
    pub(crate) fn choices(&self) -> Vec<usize> {
        self.choices[..self.position].iter().map(|(chosen, _)| *chosen).collect()
    }
}

impl Scheduler for Odometer {
    fn choose(&mut self, options: usize) -> usize {
        if self.position == self.choices.len() {
            self.choices.push((0, options));
        }
        let (chosen, before) = self.choices[self.position];
        assert_eq!(before, options, "a schedule that is repeated conflicts_with other options");
        self.position += 1;
        chosen
    }
}
