//! The list, its entries and the trash.

use std::{collections::HashMap, io::Cursor, path::Path};

use image::{ImageFormat, ImageReader, Limits};
use tauri::{AppHandle, command};
use tauri_plugin_dialog::DialogExt as _;
use tessera_otp::{Generator, ICON_SIDE_MAX, Pin};
use tessera_vault::{EntryRef, Table, Vault};

use crate::{
    convert,
    dto::{EntryDetail, EntryEdit, EntryId, EntryRow, ErrorCode, Failure, PinEdit},
    shell::{App, Shell, run},
};

#[command]
pub(crate) async fn entries(shell: App<'_>) -> Result<Vec<EntryRow>, Failure> {
    run(&shell, |shell| {
        shell.with_vault(|open| {
            let places = places(&open.vault);
            Ok(open.vault.entries().map(|found| row(&places, &found)).collect())
        })
    })
    .await
}

/// Where each entry stands in the person's own order.
fn places(vault: &Vault) -> HashMap<tessera_vault::EntryId, u32> {
    vault.order().iter().enumerate().map(|(place, id)| (*id, convert::small(place))).collect()
}

/// Entries without a place come last.
fn row(places: &HashMap<tessera_vault::EntryId, u32>, found: &EntryRef<'_>) -> EntryRow {
    convert::entry_row(found, places.get(&found.id).copied().unwrap_or(u32::MAX))
}

#[command]
pub(crate) async fn trash(shell: App<'_>) -> Result<Vec<EntryRow>, Failure> {
    run(&shell, |shell| {
        shell.with_vault(|open| {
            let places = places(&open.vault);
            Ok(open.vault.trash().map(|found| row(&places, &found)).collect())
        })
    })
    .await
}

#[command]
pub(crate) async fn entry(shell: App<'_>, id: EntryId) -> Result<EntryDetail, Failure> {
    run(&shell, move |shell| {
        with_entry(shell, &id, |vault, found| {
            let place = vault.order().iter().position(|other| *other == found.id);
            let order = place.map_or(u32::MAX, convert::small);
            convert::entry_detail(convert::entry_row(found, order), found.entry)
        })
    })
    .await
}

#[command]
pub(crate) async fn icon(shell: App<'_>, id: EntryId) -> Result<Option<String>, Failure> {
    run(&shell, move |shell| {
        with_entry(shell, &id, |_, found| found.entry.icon.as_deref().map(convert::icon_url))
    })
    .await
}

fn with_entry<T>(
    shell: &Shell,
    id: &EntryId,
    work: impl FnOnce(&Vault, &EntryRef<'_>) -> T,
) -> Result<T, Failure> {
    let id = convert::entry_id(id)?;
    shell.with_vault(|open| {
        let found = open.vault.entry(id).ok_or_else(|| no_entry(&open.vault, id))?;
        Ok(work(&open.vault, &found))
    })
}

/// Why an entry is not there.
pub(super) fn no_entry(vault: &Vault, id: tessera_vault::EntryId) -> Failure {
    if vault.quarantine().iter().any(|record| record.table == Table::Entry && record.id == id) {
        return Failure::new(
            ErrorCode::EntryDamaged,
            "This entry was found altered; it waits for being settled.",
        );
    }
    Failure::new(ErrorCode::EntryNotFound, "There is no such entry.")
}

/// Changes one entry as a whole.
fn change(
    shell: &Shell,
    id: &EntryId,
    edit: impl FnOnce(tessera_otp::Entry, u64) -> Result<tessera_otp::Entry, Failure>,
) -> Result<(), Failure> {
    let id = convert::entry_id(id)?;
    let now = shell.clock.unix();
    shell.with_vault(|open| {
        open.vault.refresh()?;
        let entry = open.vault.entry(id).ok_or_else(|| no_entry(&open.vault, id))?.entry.clone();
        Ok(open.vault.update(id, edit(entry, now)?)?)
    })
}

#[command]
pub(crate) async fn update_entry(
    shell: App<'_>,
    id: EntryId,
    edit: EntryEdit,
    pin: Option<PinEdit>,
) -> Result<(), Failure> {
    run(&shell, move |shell| {
        let pin = match pin {
            None => None,
            Some(PinEdit::Ask) => Some(None),
            Some(PinEdit::Keep(sealed)) => Some(Some(Pin::new(&shell.unseal(&sealed)?)?)),
        };
        change(shell, &id, |mut entry, now| {
            if let Some(pin) = pin {
                keep_pin(&mut entry, pin)?;
            }
            convert::edited(entry, edit, now)
        })
    })
    .await
}

/// Keeps a PIN with a mOTP or Yandex entry, or takes it away so that it is asked for each time.
fn keep_pin(entry: &mut tessera_otp::Entry, new: Option<Pin>) -> Result<(), Failure> {
    match &mut entry.credential.generator {
        Generator::Motp { pin } | Generator::Yandex { pin } => *pin = new,
        _ => return Err(Failure::new(ErrorCode::InvalidRequest, "Codes of this type take no PIN.")),
    }
    Ok(())
}

#[command]
pub(crate) async fn set_favorite(shell: App<'_>, id: EntryId, favorite: bool) -> Result<(), Failure> {
    run(&shell, move |shell| change(shell, &id, |entry, _| Ok(tessera_otp::Entry { favorite, ..entry })))
        .await
}

#[command]
pub(crate) async fn set_order(shell: App<'_>, ids: Vec<EntryId>) -> Result<(), Failure> {
    run(&shell, move |shell| {
        let ids = convert::entry_ids(&ids)?;
        shell.with_vault(|open| {
            open.vault.set_order(ids);
            Ok(open.vault.flush_usage(false)?)
        })
    })
    .await
}

/// Asks for a picture and keeps it, scaled down, with the entry.
#[command]
pub(crate) async fn pick_icon(app: AppHandle, shell: App<'_>, id: EntryId) -> Result<bool, Failure> {
    run(&shell, move |shell| {
        with_entry(shell, &id, |_, _| ())?;
        let dialog = app.dialog().file().add_filter("PNG, JPEG, WebP, GIF, BMP", &super::adding::PICTURES);
        let Some(path) = dialog.blocking_pick_file().and_then(|chosen| chosen.into_path().ok()) else {
            return Ok(false);
        };
        let png = icon_from(&path)?;
        change(shell, &id, |mut entry, now| {
            entry.icon = Some(png);
            entry.modified = now;
            entry.check()?;
            Ok(entry)
        })?;
        Ok(true)
    })
    .await
}

#[command]
pub(crate) async fn remove_icon(shell: App<'_>, id: EntryId) -> Result<(), Failure> {
    run(&shell, move |shell| {
        change(shell, &id, |entry, now| Ok(tessera_otp::Entry { icon: None, modified: now, ..entry }))
    })
    .await
}

/// The picture as an entry keeps it: a PNG that fits the allowed square, without anything else that the file held.
fn icon_from(path: &Path) -> Result<Vec<u8>, Failure> {
    let unreadable =
        |error: std::io::Error| Failure::with(ErrorCode::FileUnreadable, "The file cannot be read.", error);
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > tessera_scan::MAX_FILE_BYTES {
        return Err(tessera_scan::ImageError::TooManyBytes.into());
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(unreadable)?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(8192), Some(8192));
    limits.max_alloc = Some(256 * 1024 * 1024);
    reader.limits(limits);
    let image = reader.decode().map_err(|error| match error {
        image::ImageError::Limits(_) => {
            Failure::with(ErrorCode::ImageTooLarge, "The picture is too large.", error)
        }
        image::ImageError::Unsupported(_) => {
            Failure::with(ErrorCode::ImageUnsupported, "This is no picture that can be read.", error)
        }
        _ => Failure::with(ErrorCode::ImageDamaged, "The picture is damaged.", error),
    })?;
    let mut png = Cursor::new(Vec::new());
    let small = image.thumbnail(ICON_SIDE_MAX, ICON_SIDE_MAX).into_rgba8();
    small
        .write_to(&mut png, ImageFormat::Png)
        .map_err(|error| Failure::with(ErrorCode::Internal, "The picture could not be converted.", error))?;
    Ok(png.into_inner())
}

#[command]
pub(crate) async fn trash_entries(shell: App<'_>, ids: Vec<EntryId>) -> Result<(), Failure> {
    on_all(shell, ids, Vault::move_to_trash).await
}

#[command]
pub(crate) async fn restore_entries(shell: App<'_>, ids: Vec<EntryId>) -> Result<(), Failure> {
    on_all(shell, ids, Vault::restore).await
}

#[command]
pub(crate) async fn delete_entries(shell: App<'_>, ids: Vec<EntryId>) -> Result<(), Failure> {
    on_all(shell, ids, Vault::delete_forever).await
}

type OnAll = fn(&mut Vault, &[tessera_vault::EntryId]) -> Result<(), tessera_vault::VaultError>;

async fn on_all(shell: App<'_>, ids: Vec<EntryId>, act: OnAll) -> Result<(), Failure> {
    run(&shell, move |shell| {
        let ids = convert::entry_ids(&ids)?;
        shell.with_vault(|open| Ok(act(&mut open.vault, &ids)?))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_becomes_a_small_png() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big.bmp");
        image::RgbImage::from_pixel(640, 320, image::Rgb([9, 99, 199])).save(&path).unwrap();
        let png = icon_from(&path).unwrap();
        let icon = image::load_from_memory(&png).unwrap();
        assert_eq!((icon.width(), icon.height()), (128, 64));
    }

    #[test]
    fn only_entries_whose_codes_need_a_pin_take_one() {
        let entry = |generator| {
            let secret = tessera_otp::Secret::from_hex("00112233445566778899aabbccddeeff").unwrap();
            tessera_otp::Entry::new(tessera_otp::Credential::new("VPN", "lena", secret, generator), 1)
        };
        let pin = || Some(Pin::new("1234").unwrap());
        let mut motp = entry(Generator::Motp { pin: None });
        keep_pin(&mut motp, pin()).unwrap();
        assert!(!motp.credential.generator.needs_pin());
        keep_pin(&mut motp, None).unwrap();
        assert!(motp.credential.generator.needs_pin());
        let refused = keep_pin(&mut entry(Generator::Steam), pin()).unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidRequest);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.png");
        std::fs::write(&path, "<svg/>").unwrap();
        assert_eq!(icon_from(&path).unwrap_err().code, ErrorCode::ImageUnsupported);
        std::fs::write(&path, b"\x89PNG\r\n\x1a\nbroken").unwrap();
        assert_eq!(icon_from(&path).unwrap_err().code, ErrorCode::ImageDamaged);
        assert_eq!(icon_from(&folder.path().join("none")).unwrap_err().code, ErrorCode::FileUnreadable);
    }
}
