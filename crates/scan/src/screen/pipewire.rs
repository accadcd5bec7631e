//! One picture of a PipeWire stream.

use std::{cell::RefCell, io::Cursor, os::fd::OwnedFd, rc::Rc, time::Duration};

use pipewire as pw;
use pw::spa::{
    param::{
        ParamType,
        format::{FormatProperties, MediaSubtype, MediaType},
        format_utils,
        video::{VideoFormat, VideoInfoRaw},
    },
    pod::{self, Pod, serialize::PodSerializer},
    utils::{Direction, Fraction, Rectangle, SpaTypes},
};

use super::ScreenError;
use crate::{Frame, clock::now, decode::guarded};

/// Between two looks at the clock.
const STEP: Duration = Duration::from_millis(50);

/// What the callbacks leave for the loop.
#[derive(Default)]
struct Seen {
    format: Option<VideoInfoRaw>,
    result: Option<Result<Frame, String>>,
}

/// Connects to the node over the portal's connection and waits for its first whole picture.
pub(super) fn first_frame(remote: OwnedFd, node: u32, patience: Duration) -> Result<Frame, ScreenError> {
    grab(remote, node, patience)
        .map_err(|detail| ScreenError::Failed { detail: format!("PipeWire: {detail}") })
}

fn grab(remote: OwnedFd, node: u32, patience: Duration) -> Result<Frame, String> {
    let words = |error: pw::Error| error.to_string();
    pw::init();
    let main_loop = pw::main_loop::MainLoopRc::new(None).map_err(words)?;
    let context = pw::context::ContextRc::new(&main_loop, None).map_err(words)?;
    let core = context.connect_fd_rc(remote, None).map_err(words)?;
    let stream = pw::stream::StreamBox::new(
        &core,
        "tessera",
        pw::properties::properties! {
            *pw::keys::MEDIA_TYPE => "Video",
            *pw::keys::MEDIA_CATEGORY => "Capture",
            *pw::keys::MEDIA_ROLE => "Screen",
        },
    )
    .map_err(words)?;
    let seen = Rc::new(RefCell::new(Seen::default()));
    // The callbacks are called from C: a panic must not pass through it.
    let _listener = stream
        .add_local_listener_with_user_data(Rc::clone(&seen))
        .state_changed(|_, seen, _, state| {
            if let pw::stream::StreamState::Error(error) = state {
                seen.borrow_mut().result.get_or_insert(Err(error));
            }
        })
        .param_changed(|_, seen, id, param| {
            if let Some(format) = guarded(|| raw_video(id, param?)).flatten() {
                seen.borrow_mut().format = Some(format);
            }
        })
        .process(|stream, seen| {
            let mut seen = seen.borrow_mut();
            if let (Some(format), None) = (seen.format, &seen.result) {
                let picture = guarded(|| picture(stream, format));
                seen.result = picture.unwrap_or_else(|| Some(Err("a broken buffer came".into())));
            }
        })
        .register()
        .map_err(words)?;
    let wish = wish()?;
    let mut params = [Pod::from_bytes(&wish).ok_or("the format wish is broken")?];
    stream
        .connect(
            Direction::Input,
            Some(node),
            pw::stream::StreamFlags::AUTOCONNECT | pw::stream::StreamFlags::MAP_BUFFERS,
            &mut params,
        )
        .map_err(words)?;
    let start = now();
    while start.elapsed() < patience {
        main_loop.loop_().iterate(pw::loop_::Timeout::Finite(STEP));
        if let Some(result) = seen.borrow_mut().result.take() {
            return result;
        }
    }
    Err("no picture came in time".into())
}

fn raw_video(id: u32, param: &Pod) -> Option<VideoInfoRaw> {
    if id != ParamType::Format.as_raw() {
        return None;
    }
    let (kind, subkind) = format_utils::parse_format(param).ok()?;
    let mut format = VideoInfoRaw::default();
    (kind == MediaType::Video && subkind == MediaSubtype::Raw && format.parse(param).is_ok())
        .then_some(format)
}

/// None if the buffer is empty, as a stream's first ones may be.
fn picture(stream: &pw::stream::Stream, format: VideoInfoRaw) -> Option<Result<Frame, String>> {
    let mut buffer = stream.dequeue_buffer()?;
    let data = buffer.datas_mut().first_mut()?;
    let (offset, size, stride) = (data.chunk().offset(), data.chunk().size(), data.chunk().stride());
    if size == 0 || data.chunk().flags().contains(pw::spa::buffer::ChunkFlags::CORRUPTED) {
        return None;
    }
    let Some(bytes) = data.data() else {
        return Some(Err("its buffers cannot be read from memory".into()));
    };
    let bytes = bytes.get(offset as usize..).unwrap_or_default();
    let pixels =
        Pixels { format: format.format(), width: format.size().width, height: format.size().height, stride };
    Some(pixels.to_frame(bytes))
}

/// How a buffer's bytes are to be read.
struct Pixels {
    format: VideoFormat,
    width: u32,
    height: u32,
    stride: i32,
}

impl Pixels {
    fn to_frame(&self, bytes: &[u8]) -> Result<Frame, String> {
        // where red, green and blue lie in a pixel, and how long it is
        let ([r, g, b], length) = match self.format {
            VideoFormat::RGBx | VideoFormat::RGBA => ([0, 1, 2], 4),
            VideoFormat::BGRx | VideoFormat::BGRA => ([2, 1, 0], 4),
            VideoFormat::xRGB | VideoFormat::ARGB => ([1, 2, 3], 4),
            VideoFormat::xBGR | VideoFormat::ABGR => ([3, 2, 1], 4),
            VideoFormat::RGB => ([0, 1, 2], 3),
            VideoFormat::BGR => ([2, 1, 0], 3),
            other => return Err(format!("the pixel format {other:?} is not read")),
        };
        let (width, height) = (self.width as usize, self.height as usize);
        if u64::from(self.width) * u64::from(self.height) > crate::MAX_PIXELS {
            return Err(format!("a picture of {width} x {height} pixels"));
        }
        let row = width * length;
        let stride = usize::try_from(self.stride).unwrap_or(0).max(row);
        let need = height.checked_sub(1).and_then(|rows| rows.checked_mul(stride)?.checked_add(row));
        let Some(bytes) = need.and_then(|need| bytes.get(..need)) else {
            return Err(format!("{} bytes are no {width} x {height} pixels", bytes.len()));
        };
        let mut rgb = Vec::with_capacity(width * height * 3);
        for line in bytes.chunks(stride.max(1)) {
            rgb.extend(line[..row].chunks_exact(length).flat_map(|p| [p[r], p[g], p[b]]));
        }
        Frame::from_rgb(self.width, self.height, rgb).map_err(|e| e.to_string())
    }
}

/// Uncompressed pixels in memory that can be mapped, of any size; no modifier, so no buffer on the graphics card.
fn wish() -> Result<Vec<u8>, String> {
    let object = pod::object!(
        SpaTypes::ObjectParamFormat,
        ParamType::EnumFormat,
        pod::property!(FormatProperties::MediaType, Id, MediaType::Video),
        pod::property!(FormatProperties::MediaSubtype, Id, MediaSubtype::Raw),
        pod::property!(
            FormatProperties::VideoFormat,
            Choice,
            Enum,
            Id,
            VideoFormat::BGRx,
            VideoFormat::BGRx,
            VideoFormat::RGBx,
            VideoFormat::BGRA,
            VideoFormat::RGBA,
            VideoFormat::xRGB,
            VideoFormat::xBGR,
            VideoFormat::RGB,
            VideoFormat::BGR,
        ),
        pod::property!(
            FormatProperties::VideoSize,
            Choice,
            Range,
            Rectangle,
            Rectangle { width: 1920, height: 1080 },
            Rectangle { width: 1, height: 1 },
            Rectangle { width: 16384, height: 16384 }
        ),
        pod::property!(
            FormatProperties::VideoFramerate,
            Choice,
            Range,
            Fraction,
            Fraction { num: 30, denom: 1 },
            Fraction { num: 0, denom: 1 },
            Fraction { num: 1000, denom: 1 }
        ),
    );
    let (cursor, _) = PodSerializer::serialize(Cursor::new(Vec::new()), &pod::Value::Object(object))
        .map_err(|e| format!("the format wish cannot be written: {e:?}"))?;
    Ok(cursor.into_inner())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn pixels_are_read_in_their_order_and_stride() {
        let pixels = |format, stride| Pixels { format, width: 1, height: 2, stride };
        let bytes = [1, 2, 3, 0, 9, 9, 4, 5, 6, 0];
        let frame = pixels(VideoFormat::BGRx, 6).to_frame(&bytes).unwrap();
        assert_eq!((frame.rgb_at(0, 0), frame.rgb_at(0, 1)), ([3, 2, 1], [6, 5, 4]));
        let frame = pixels(VideoFormat::RGB, 0).to_frame(&bytes).unwrap();
        assert_eq!((frame.rgb_at(0, 0), frame.rgb_at(0, 1)), ([1, 2, 3], [0, 9, 9]));
    }

    #[test]
    fn a_short_buffer_or_an_unknown_format_is_an_error() {
        let pixels = |width, height, stride| Pixels { format: VideoFormat::RGBA, width, height, stride };
        assert!(pixels(2, 2, 8).to_frame(&[0; 15]).is_err());
        assert!(pixels(0, 0, 0).to_frame(&[]).is_err());
        assert!(pixels(u32::MAX, u32::MAX, i32::MAX).to_frame(&[0; 15]).is_err());
        assert!(pixels(1, 2, -4).to_frame(&[0; 8]).is_ok());
        assert!(
            Pixels { format: VideoFormat::I420, width: 1, height: 1, stride: 1 }.to_frame(&[0; 9]).is_err()
        );
    }
}
