//! Where a ticket can go. Nothing else is possible.

use tessera_center_api::ticket::TicketState::{
    self, Contested, Draft, Executed, Expired, FirstApproval, Hold, MoreInformation, Rejected,
    SecondApproval, Submitted, Withdrawn,
};

/// What moves a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The applicant submits the draft.
    Submit,
    /// The applicant answers what was asked.
    Answer,
    /// The applicant takes it back.
    Withdraw,
    /// The applicant let the time pass.
    Expire,
    /// A reviewer asks for more.
    AskMore,
    /// A reviewer rejects.
    Reject,
    /// A reviewer approves what one alone may approve.
    ApproveAlone,
    /// A reviewer approves; another one must.
    ApproveFirst,
    /// Another reviewer approves.
    ApproveSecond,
    /// Old addresses are told.
    BeginHold,
    /// Somebody who was told objects; or the center finds nothing on file that it could send the link to.
    Object,
    /// The hold is over.
    Execute,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Submit,
        Self::Answer,
        Self::Withdraw,
        Self::Expire,
        Self::AskMore,
        Self::Reject,
        Self::ApproveAlone,
        Self::ApproveFirst,
        Self::ApproveSecond,
        Self::BeginHold,
        Self::Object,
        Self::Execute,
    ];
}

/// From where, by what, to where.
pub const TABLE: &[(TicketState, Step, TicketState)] = &[
    (Draft, Step::Submit, Submitted),
    (Draft, Step::Withdraw, Withdrawn),
    (Draft, Step::Expire, Expired),
    (Submitted, Step::AskMore, MoreInformation),
    (Submitted, Step::Reject, Rejected),
    (Submitted, Step::ApproveAlone, Executed),
    (Submitted, Step::ApproveFirst, FirstApproval),
    (Submitted, Step::Withdraw, Withdrawn),
    (MoreInformation, Step::Answer, Submitted),
    (MoreInformation, Step::Withdraw, Withdrawn),
    (MoreInformation, Step::Expire, Expired),
    (FirstApproval, Step::AskMore, MoreInformation),
    (FirstApproval, Step::Reject, Rejected),
    (FirstApproval, Step::ApproveSecond, SecondApproval),
    (FirstApproval, Step::Withdraw, Withdrawn),
    (SecondApproval, Step::BeginHold, Hold),
    (SecondApproval, Step::Withdraw, Withdrawn),
    (Hold, Step::Object, Contested),
    (Hold, Step::Execute, Executed),
    (Hold, Step::Withdraw, Withdrawn),
    (Contested, Step::AskMore, MoreInformation),
    (Contested, Step::Reject, Rejected),
    (Contested, Step::ApproveFirst, FirstApproval),
    (Contested, Step::Withdraw, Withdrawn),
];

/// Where a step leads; nowhere when it is not possible there.
pub fn next(from: TicketState, step: Step) -> Option<TicketState> {
    TABLE.iter().find(|&&(at, by, _)| at == from && by == step).map(|&(_, _, to)| to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_reached_and_only_final_ones_end() {
        for &state in TicketState::ALL {
            assert!(state == Draft || TABLE.iter().any(|&(_, _, to)| to == state), "{state:?}");
            let goes_on = TABLE.iter().any(|&(from, _, _)| from == state);
            assert_eq!(goes_on, !state.is_final(), "{state:?}");
            // Withdrawal at any time before execution.
            assert_eq!(next(state, Step::Withdraw).is_some(), !state.is_final());
        }
    }

    #[test]
    fn a_step_leads_to_one_place() {
        for (number, &(from, step, _)) in TABLE.iter().enumerate() {
            assert!(
                !TABLE[..number].iter().any(|&(at, by, _)| (at, by) == (from, step)),
                "{from:?} {step:?}"
            );
        }
    }

    #[test]
    fn nothing_is_executed_without_a_hold_but_what_one_may_approve() {
        let into: Vec<_> =
            TABLE.iter().filter(|(_, _, to)| *to == Executed).map(|&(from, by, _)| (from, by)).collect();
        assert_eq!(into, [(Submitted, Step::ApproveAlone), (Hold, Step::Execute)]);
        let into: Vec<_> = TABLE.iter().filter(|(_, _, to)| *to == Hold).map(|&(from, ..)| from).collect();
        assert_eq!(into, [SecondApproval]);
        let into: Vec<_> =
            TABLE.iter().filter(|(_, _, to)| *to == SecondApproval).map(|&(from, ..)| from).collect();
        assert_eq!(into, [FirstApproval]);
    }
}
