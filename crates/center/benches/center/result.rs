//! What came out, said as it comes and kept for the picture.

/// One ratio beside its goal.
#[derive(Clone)]
pub(crate) struct Ratio {
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) goal: Goal,
}

/// What a ratio should be.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// At least that.
    AtLeast(f64),
    /// At most that.
    AtMost(f64),
    /// It is only told.
    Told,
}

impl Goal {
    pub(crate) fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
            Self::Told => true,
        }
    }
}

#[derive(Default)]
pub(crate) struct Results(Vec<Ratio>);

impl Results {
    /// Says a ratio, with the absolute numbers behind it.
    pub(crate) fn tell(&mut self, what: String, value: f64, goal: Goal, behind: &str) {
        let (bound, verdict) = match goal {
            Goal::AtLeast(least) => (format!(">= {least:.2}"), goal.holds(value)),
            Goal::AtMost(most) => (format!("<= {most:.2}"), goal.holds(value)),
            Goal::Told => (String::new(), true),
        };
        let verdict = if verdict { "" } else { "  MISSED" };
        println!("| {what:<62} | {value:>6.3} | {bound:<7} | {behind}{verdict} |");
        self.0.push(Ratio { what, value, goal });
    }

    pub(crate) fn ratios(&self) -> Vec<Ratio> {
        self.0.clone()
    }

    pub(crate) fn all_hold(&self) -> bool {
        self.0.iter().all(|ratio| ratio.goal.holds(ratio.value))
    }
}
