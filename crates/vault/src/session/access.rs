//! Passwords, recovery codes and slots.

use super::Vault;
use crate::hazmat::{self, StretchError};
use crate::keys::VaultKey;
use crate::rekey::Ways;
use crate::slot::Slot;
use crate::{AuditEvent, KdfParams, Password, RecoveryCode, SlotId, SlotInfo, SlotKind, VaultError, rekey};

impl StretchError {
    pub(crate) const fn of_vault(self, kdf: KdfParams) -> VaultError {
        match self {
            Self::BeyondCap => VaultError::KdfBeyondCap { m_kib: kdf.m_kib(), t: kdf.t(), p: kdf.p() },
            Self::NoMemory => VaultError::NoMemory { m_kib: kdf.m_kib() },
        }
    }
}

impl Vault {
    /// The slots.
    pub fn slots(&self) -> Vec<SlotInfo> {
        self.state.slots.iter().map(Slot::info).collect()
    }

    /// Whether this is the vault's password: asked before a secret is shown. Costs a key derivation.
    ///
    /// # Errors
    /// [`VaultError::NoMemory`].
    pub fn verify_password(&self, password: &Password) -> Result<bool, VaultError> {
        for slot in &self.state.slots {
            let Some(kdf) = slot.info().kdf else { continue };
            let opened = slot.open_with_password(password).map_err(|error| error.of_vault(kdf))?;
            if opened.is_some_and(|key| self.is_our_key(&key)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether this is the vault's recovery code: asked back after it was shown.
    pub fn verify_recovery_code(&self, code: &RecoveryCode) -> bool {
        let opened = self.state.slots.iter().filter_map(|slot| slot.open_with_recovery_code(code));
        opened.into_iter().any(|key| self.is_our_key(&key))
    }

    fn is_our_key(&self, key: &VaultKey) -> bool {
        // Compared with our own, in constant time.
        hazmat::same(key.expose_secret(), self.keys.vault_key())
    }

    /// Puts a new password in the place of the old one. With `rekey` the vault also gets a new key and a new recovery
    /// code, which is returned: whoever knows the old password and has a copy of the old file cannot follow. Copies
    /// made before stay readable with the old password all the same.
    ///
    /// # Errors
    /// [`VaultError::EmptyPassword`], [`VaultError::NoMemory`]; with `rekey` [`VaultError::Quarantined`]; and what any
    /// change may meet.
    pub fn change_password(
        &mut self,
        new: &Password,
        kdf: KdfParams,
        rekey: bool,
    ) -> Result<Option<RecoveryCode>, VaultError> {
        if new.is_empty() {
            return Err(VaultError::EmptyPassword);
        }
        if rekey {
            return self.rekey_under(new, kdf).map(Some);
        }
        self.replace_password(new, kdf, AuditEvent::PasswordChanged)?;
        Ok(None)
    }

    /// Wraps the vault key anew under the same password with a stronger key derivation.
    ///
    /// # Errors
    /// [`VaultError::WrongPassword`], [`VaultError::NoMemory`] and what any change may meet.
    pub fn strengthen(&mut self, password: &Password, kdf: KdfParams) -> Result<(), VaultError> {
        if !self.verify_password(password)? {
            return Err(VaultError::WrongPassword);
        }
        self.replace_password(password, kdf, AuditEvent::KdfStrengthened)
    }

    fn replace_password(
        &mut self,
        password: &Password,
        kdf: KdfParams,
        event: AuditEvent,
    ) -> Result<(), VaultError> {
        // Derived before the transaction: nobody should wait for it.
        let slot = Slot::for_password(
            password,
            kdf,
            self.keys.vault_key(),
            self.state.vault,
            self.host.rng.as_mut(),
        )
        .map_err(|error| error.of_vault(kdf))?;
        self.replace_slots(&slot, event)
    }

    /// Makes a new recovery code; the old one opens the vault no longer.
    pub fn new_recovery_code(&mut self) -> Result<RecoveryCode, VaultError> {
        let rng = self.host.rng.as_mut();
        let code = RecoveryCode::generate(rng);
        let slot = Slot::for_recovery_code(&code, self.keys.vault_key(), self.state.vault, rng);
        self.replace_slots(&slot, AuditEvent::RecoveryCodeMade)?;
        Ok(code)
    }

    /// Puts a slot in the place of all of its kind.
    fn replace_slots(&mut self, slot: &Slot, event: AuditEvent) -> Result<(), VaultError> {
        self.commit(|ground, change, _| {
            change.note(event, Some(*slot.id().as_bytes()));
            let others = ground.state.slots.iter().filter(|other| other.info().kind != slot.info().kind);
            let slots = others.cloned().chain([slot.clone()]).collect();
            change.set_slots(slots);
            Ok(())
        })
    }

    /// After unlocking with the recovery code: sets a new password, re-keys, and returns the new recovery code.
    ///
    /// # Errors
    /// As `change_password` with re-keying.
    pub fn use_up_recovery_code(
        &mut self,
        new: &Password,
        kdf: KdfParams,
    ) -> Result<RecoveryCode, VaultError> {
        if new.is_empty() {
            return Err(VaultError::EmptyPassword);
        }
        self.rekey_under(new, kdf)
    }

    fn rekey_under(&mut self, new: &Password, kdf: KdfParams) -> Result<RecoveryCode, VaultError> {
        let code = RecoveryCode::generate(self.host.rng.as_mut());
        let ways = Ways { password: Some((new, kdf)), recovery_code: Some(&code), removed: None };
        rekey::rekey(self, &ways)?;
        Ok(code)
    }

    /// Removes a slot. The last password or recovery code cannot be removed; a keyring slot does not count as a way in.
    /// Whoever could open the removed slot may hold the vault key still. So offer to re-key, with the vault's password
    /// and the cost of its new slot: a new key, and all other slots made anew or, for keyrings, removed. If another
    /// recovery code was left, there is a new one, which is returned.
    ///
    /// # Errors
    /// [`VaultError::NotFound`], [`VaultError::LastWayIn`] and what any change may meet; with `rekey`
    /// [`VaultError::WrongPassword`], [`VaultError::NoMemory`], [`VaultError::Quarantined`].
    pub fn remove_slot(
        &mut self,
        id: SlotId,
        rekey: Option<(&Password, KdfParams)>,
    ) -> Result<Option<RecoveryCode>, VaultError> {
        let Some((password, kdf)) = rekey else { return self.drop_slot(id).map(|()| None) };
        if !self.verify_password(password)? {
            return Err(VaultError::WrongPassword);
        }
        let slots = self.slots();
        if !slots.iter().any(|slot| slot.id == id) {
            return Err(VaultError::NotFound);
        }
        let stays = |kind| slots.iter().any(|slot| slot.kind == kind && slot.id != id);
        let password = stays(SlotKind::Password).then_some((password, kdf));
        let code = stays(SlotKind::RecoveryCode).then(|| RecoveryCode::generate(self.host.rng.as_mut()));
        if password.is_none() && code.is_none() {
            return Err(VaultError::LastWayIn);
        }
        rekey::rekey(self, &Ways { password, recovery_code: code.as_ref(), removed: Some(id) })?;
        Ok(code)
    }

    fn drop_slot(&mut self, id: SlotId) -> Result<(), VaultError> {
        self.commit(|ground, change, _| {
            let (gone, left): (Vec<Slot>, Vec<Slot>) =
                ground.state.slots.iter().cloned().partition(|slot| slot.id() == id);
            if gone.is_empty() {
                return Err(VaultError::NotFound);
            }
            if !left.iter().any(|slot| slot.info().kind != SlotKind::Keyring) {
                return Err(VaultError::LastWayIn);
            }
            change.set_slots(left);
            change.note(AuditEvent::SlotRemoved, Some(*id.as_bytes()));
            Ok(())
        })
    }
}
