//! What goes on over several steps. The center's tokens of them stay here; the page has handles.

use std::{
    collections::BTreeMap,
    sync::Mutex,
    sync::atomic::{AtomicU64, Ordering},
};

use tessera_center_api::{Hidden, contact::ContactKind};
use tessera_vault::RecordId;

use crate::{
    dto::{AccountRef, ErrorCode, Failure, FlowId},
    shell::held,
};

/// More steps than a person has open; the oldest make room.
const MOST: usize = 64;

/// What a flow is for.
#[derive(Clone)]
pub(crate) enum Purpose {
    /// The code that an attempt to sign in needs after wrong ones.
    SignInCode,
    /// The second step of signing in, with the name that was typed.
    SecondStep { login_name: String },
    /// A registration, with the address that was typed.
    Registration { login_name: String },
    /// A retrieval of accounts.
    Retrieval,
    /// A password reset, of the account with this name.
    PasswordReset { login_name: String },
    /// A change of a contact.
    Contact { who: AccountRef, kind: ContactKind },
    /// An identity check.
    Identity { who: AccountRef },
    /// The filing of a ticket without an account; kept with its draft.
    Filing,
    /// A virtual device that another authenticator takes.
    Device { who: AccountRef },
}

/// A flow at a center.
#[derive(Clone)]
pub(crate) struct Flow {
    /// The connection.
    pub(crate) center: RecordId,
    /// The center's token of it.
    pub(crate) token: Hidden,
    /// What it is for.
    pub(crate) purpose: Purpose,
}

/// The flows that are open.
#[derive(Default)]
pub(crate) struct Flows {
    open: Mutex<BTreeMap<u64, Flow>>,
    made: AtomicU64,
}

impl Flows {
    /// Keeps a flow and gives its handle.
    pub(crate) fn keep(&self, flow: Flow) -> FlowId {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let mut open = held(&self.open);
        while open.len() >= MOST {
            open.pop_first();
        }
        open.insert(number, flow);
        format!("f{number}")
    }

    /// The flow of a handle.
    pub(crate) fn get(&self, id: &FlowId) -> Result<Flow, Failure> {
        number(id).and_then(|number| held(&self.open).get(&number).cloned()).ok_or_else(gone)
    }

    /// A flow that came to its end.
    pub(crate) fn end(&self, id: &FlowId) {
        if let Some(number) = number(id) {
            held(&self.open).remove(&number);
        }
    }

    /// The vault is locked.
    pub(crate) fn forget(&self) {
        held(&self.open).clear();
    }
}

fn number(id: &FlowId) -> Option<u64> {
    id.strip_prefix('f')?.parse().ok()
}

/// The step is not open any more.
pub(crate) fn gone() -> Failure {
    Failure::new(ErrorCode::CenterStepGone, "This step is not open any more. Begin again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow() -> Flow {
        Flow {
            center: RecordId::from_bytes([1; 16]),
            token: Hidden::new("token"),
            purpose: Purpose::Retrieval,
        }
    }

    #[test]
    fn a_handle_leads_to_its_flow_until_it_ends_or_the_vault_is_locked() {
        let flows = Flows::default();
        let (first, second) = (flows.keep(flow()), flows.keep(flow()));
        assert!(flows.get(&first).is_ok());
        flows.end(&first);
        assert_eq!(flows.get(&first).err().unwrap().code, ErrorCode::CenterStepGone);
        flows.forget();
        assert!(flows.get(&second).is_err());
        for strange in ["", "f", "fx", "token", "f18446744073709551616"] {
            assert!(flows.get(&strange.to_owned()).is_err());
        }
    }

    #[test]
    fn open_steps_do_not_pile_up() {
        let flows = Flows::default();
        let handles: Vec<_> = (0..=MOST).map(|_| flows.keep(flow())).collect();
        assert!(flows.get(&handles[0]).is_err());
        assert!(flows.get(&handles[MOST]).is_ok());
    }
}
