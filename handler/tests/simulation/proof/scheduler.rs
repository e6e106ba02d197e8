//! The sources of the choices of a schedule: an enumeration of all choices, or a seed.

/// Makes the choices of one schedule.
pub(crate) trait Scheduler {
    /// Chooses one of the options, counted from 0. There is at least one.
    fn choose(&mut self, options: usize) -> usize;

    /// Returns true with this probability.
    fn happens(&mut self, percent: usize) -> bool {
        self.choose(100) < percent
    }

    /// Chooses an element of a list that is not empty.
    fn pick<'a, T>(&mut self, options: &'a [T]) -> &'a T {
        &options[self.choose(options.len())]
    }
}

impl Scheduler for fastrand::Rng {
    fn choose(&mut self, options: usize) -> usize {
        self.usize(..options)
    }
}

/// Enumerates all sequences of choices, depth first. Each schedule repeats the choices of the
/// previous one up to the last choice with an untried option, and takes that option.
#[derive(Debug, Clone, Default)]
pub(crate) struct Odometer {
    /// The chosen option and the number of options.
    choices: Vec<(usize, usize)>,
    position: usize,
}

impl Odometer {
    /// Goes back to the first choice of the same schedule.
    pub(crate) fn rewind(&mut self) {
        self.position = 0;
    }

    /// Moves to the next schedule. Returns false if this was the last one.
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
