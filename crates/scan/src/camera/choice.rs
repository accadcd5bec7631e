//! Which of a camera's picture formats to ask for.

use nokhwa::utils::{CameraFormat, FrameFormat, Resolution};

/// The formats that we can read, and their order at equal size and rate: uncompressed ones have no artifacts.
pub(super) const READABLE: [FrameFormat; 6] = [
    FrameFormat::YUYV,
    FrameFormat::NV12,
    FrameFormat::MJPEG,
    FrameFormat::RAWRGB,
    FrameFormat::RAWBGR,
    FrameFormat::GRAY,
];

/// The best first: fluent before large, 1280 x 720 before smaller and before much larger, then by [`READABLE`].
pub(super) fn ranked(mut offered: Vec<CameraFormat>) -> Vec<CameraFormat> {
    offered.retain(|f| f.width() > 0 && f.height() > 0 && READABLE.contains(&f.format()));
    offered.sort_by_key(|f| {
        let pixels = u64::from(f.width()) * u64::from(f.height());
        // too small to resolve a code; as wished; more than decoding needs, which costs time
        let size = match pixels {
            0..200_000 => 3,
            200_000..700_000 => 1,
            700_000..=1_400_000 => 0,
            _ => 2,
        };
        // 20 are fluent enough; under 10 the hand moves too far between two pictures
        let rate = match f.frame_rate() {
            20.. => 0,
            10..20 => 1,
            _ => 2,
        };
        let kind = READABLE.iter().position(|&r| r == f.format());
        (rate, size, f.frame_rate().abs_diff(30), pixels.abs_diff(1280 * 720), kind)
    });
    offered.dedup();
    offered
}

/// What to ask for blindly from a camera that tells nothing useful.
pub(super) fn guesses() -> impl Iterator<Item = CameraFormat> {
    let sizes = [(640, 480), (1280, 720), (1920, 1080), (320, 240)];
    sizes.into_iter().flat_map(|(w, h)| {
        [30, 25, 15, 10].into_iter().flat_map(move |rate| {
            READABLE[..3].iter().map(move |&format| CameraFormat::new(Resolution::new(w, h), format, rate))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(offered: &[(u32, u32, FrameFormat, u32)]) -> String {
        let offered =
            offered.iter().map(|&(w, h, f, rate)| CameraFormat::new(Resolution::new(w, h), f, rate));
        ranked(offered.collect()).first().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn a_usual_webcam_is_asked_for_720p_mjpeg_and_not_for_slow_yuyv() {
        use FrameFormat::{MJPEG, YUYV};
        let best = best(&[
            (640, 480, YUYV, 30),
            (1280, 720, YUYV, 10),
            (1920, 1080, MJPEG, 30),
            (1280, 720, MJPEG, 30),
            (1280, 720, MJPEG, 60),
            (160, 120, YUYV, 30),
        ]);
        assert!(best.contains("1280") && best.contains("MJPEG") && best.contains("30"), "{best}");
    }

    #[test]
    fn vga_is_better_than_full_hd_and_anything_better_than_nothing() {
        use FrameFormat::{GRAY, MJPEG, YUYV};
        assert!(best(&[(1920, 1080, MJPEG, 30), (640, 480, YUYV, 30)]).contains("640"));
        assert!(best(&[(160, 120, GRAY, 5)]).contains("160"));
        assert_eq!(best(&[]), "");
    }
}
