//! MFA devices, recovery codes, and what they protect.

use reqwest::Method;
use tessera_center_api::Hidden;
use tessera_center_api::mfa::{
    BindHardwareDevice, BindVirtualDevice, MfaDevice, NewVirtualDevice, PendingVirtualDevice, Protections,
    RecoveryCodes, RecoveryCodesLeft, RenameMfaDevice, ResyncMfaDevice,
};

use crate::{ClientError, Intent, Session};

impl Session {
    /// The bound devices.
    pub async fn mfa_devices(&self) -> Result<Vec<MfaDevice>, ClientError> {
        self.get(&["mfa-devices"]).read().await
    }

    /// The secret of a new virtual device, which two consecutive codes bind. Needs an identity check.
    pub async fn new_virtual_device(
        &self,
        name: &str,
        intent: &Intent,
    ) -> Result<PendingVirtualDevice, ClientError> {
        let wish = NewVirtualDevice { name: name.to_owned() };
        self.post(&["mfa-devices", "virtual"]).intent(intent).json(&wish).read().await
    }

    /// Binds it.
    pub async fn bind_virtual_device(
        &self,
        flow: Hidden,
        first: Hidden,
        second: Hidden,
        intent: &Intent,
    ) -> Result<MfaDevice, ClientError> {
        let codes = BindVirtualDevice { flow, first, second };
        self.post(&["mfa-devices", "virtual", "bind"]).intent(intent).json(&codes).read().await
    }

    /// Binds a hardware device. Needs an identity check.
    pub async fn bind_hardware_device(
        &self,
        device: &BindHardwareDevice,
        intent: &Intent,
    ) -> Result<MfaDevice, ClientError> {
        self.post(&["mfa-devices", "hardware"]).intent(intent).json(device).read().await
    }

    /// Gives a device another name.
    pub async fn rename_mfa_device(&self, id: &str, name: &str) -> Result<(), ClientError> {
        let wish = RenameMfaDevice { name: name.to_owned() };
        self.ask(Method::PATCH, &["mfa-devices", id]).json(&wish).done().await
    }

    /// Brings a device back into step.
    pub async fn resync_mfa_device(
        &self,
        id: &str,
        first: Hidden,
        second: Hidden,
    ) -> Result<(), ClientError> {
        self.post(&["mfa-devices", id, "resync"]).json(&ResyncMfaDevice { first, second }).done().await
    }

    /// Unbinds a device. Needs an identity check.
    pub async fn unbind_mfa_device(&self, id: &str) -> Result<(), ClientError> {
        self.ask(Method::DELETE, &["mfa-devices", id]).done().await
    }

    /// What is asked at login and before sensitive actions.
    pub async fn protections(&self) -> Result<Protections, ClientError> {
        self.get(&["account", "protection"]).read().await
    }

    /// Switches it. Needs an identity check.
    pub async fn set_protections(&self, protections: Protections) -> Result<Protections, ClientError> {
        self.ask(Method::PUT, &["account", "protection"]).json(&protections).read().await
    }

    /// How many recovery codes are left.
    pub async fn recovery_codes_left(&self) -> Result<RecoveryCodesLeft, ClientError> {
        self.get(&["recovery-codes"]).read().await
    }

    /// A new set of recovery codes; the old ones end. Needs an identity check.
    pub async fn new_recovery_codes(&self, intent: &Intent) -> Result<RecoveryCodes, ClientError> {
        self.post(&["recovery-codes"]).intent(intent).read().await
    }
}
