// The one list of commands. `build.rs` makes a permission of each, `main.rs` a handler, a test compares the capability with it.
// Included as text by the build script, so no inner doc comment.
macro_rules! with_commands {
    ($then:ident) => {
        $then! {
            app::status, app::set_appearance, app::set_zoom, app::activity, app::doctor, app::sealing_key,
            door::password_strength, door::create_vault, door::unlock, door::unlock_with_recovery, door::set_new_password,
            door::recovery_show, door::recovery_confirm, door::recovery_print, door::recovery_save, door::lock, door::choose_vault,
            entries::entries, entries::entry, entries::icon, entries::update_entry, entries::set_favorite, entries::set_order,
            entries::pick_icon, entries::remove_icon,
            entries::trash, entries::trash_entries, entries::restore_entries, entries::delete_entries,
            codes::codes, codes::advance_hotp, codes::copy_code, codes::code_with_pin, codes::copy_code_with_pin,
            codes::reveal_secret, codes::reveal_qr,
            adding::scan_screens, adding::scan_screen, adding::scan_files, adding::pick_files, adding::scan_bytes,
            adding::scan_clipboard, adding::candidate_from_text, adding::candidate_from_form, adding::waiting_candidates,
            adding::save_candidates, adding::discard_candidates,
            cameras::cameras, cameras::camera_start, cameras::camera_frame_shown, cameras::camera_stop,
            care::settings, care::set_settings, care::change_password, care::new_recovery_code, care::strengthen,
            care::slots, care::remove_slot, care::audit_log, care::check_vault, care::quarantine, care::settle,
            care::accept_manifest, care::accept_as_newest, care::merge_open, care::merge_apply,
        }
    };
}
