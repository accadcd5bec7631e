//! Gray pictures and what is done to them before another try.

use zeroize::Zeroizing;

/// A gray picture, wiped when dropped.
pub(super) struct Luma {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) data: Zeroizing<Vec<u8>>,
}

impl Luma {
    pub(super) fn new(width: usize, height: usize, data: Zeroizing<Vec<u8>>) -> Self {
        debug_assert_eq!(data.len(), width * height);
        Self { width, height, data }
    }

    pub(super) fn pixels(&self) -> usize {
        self.width * self.height
    }

    fn mapped(&self, table: &[u8; 256]) -> Self {
        let mut data = Zeroizing::new(Vec::with_capacity(self.data.len()));
        data.extend(self.data.iter().map(|&p| table[usize::from(p)]));
        Self { width: self.width, height: self.height, data }
    }

    fn histogram(&self) -> [u32; 256] {
        let mut counts = [0; 256];
        for &p in self.data.iter() {
            counts[usize::from(p)] += 1;
        }
        counts
    }

    /// Dark made light.
    pub(super) fn inverted(&self) -> Self {
        self.mapped(&std::array::from_fn(|p| 255 - byte(p)))
    }

    /// The middle 98 % of the brightness spread over the whole range: for pale prints and dim rooms.
    pub(super) fn stretched(&self) -> Self {
        let counts = self.histogram();
        let cut = u32::try_from(self.pixels() / 100).unwrap_or(u32::MAX);
        let (low, high) = (level_past(&counts, 0..256, cut), level_past(&counts, (0..256).rev(), cut));
        let span = high.saturating_sub(low).max(1);
        self.mapped(&std::array::from_fn(|p| byte(p.saturating_sub(low) * 255 / span)))
    }

    /// Black and white, split where the two sides differ most (Otsu): for uneven ink that fools a local threshold.
    pub(super) fn thresholded(&self) -> Self {
        let counts = self.histogram();
        let total = self.pixels() as f64;
        let sum: f64 = counts.iter().enumerate().map(|(level, &n)| level as f64 * f64::from(n)).sum();
        let (mut below, mut sum_below, mut best, mut split) = (0.0, 0.0, -1.0, 127);
        for (level, &n) in counts.iter().enumerate() {
            below += f64::from(n);
            sum_below += level as f64 * f64::from(n);
            let above = total - below;
            if below == 0.0 || above == 0.0 {
                continue;
            }
            let gap = sum_below / below - (sum - sum_below) / above;
            let between = below * above * gap * gap;
            if between > best {
                (best, split) = (between, level);
            }
        }
        self.mapped(&std::array::from_fn(|p| if p > split { 255 } else { 0 }))
    }

    /// A 3 x 3 binomial blur: noise and moiré go, modules stay.
    pub(super) fn blurred(&self) -> Self {
        let (w, h) = (self.width, self.height);
        let mut across = Zeroizing::new(vec![0u16; w * h]);
        for (row, out) in self.data.chunks_exact(w).zip(across.chunks_exact_mut(w)) {
            for x in 0..w {
                let (left, right) = (row[x.saturating_sub(1)], row[(x + 1).min(w - 1)]);
                out[x] = u16::from(left) + 2 * u16::from(row[x]) + u16::from(right);
            }
        }
        let mut data = Zeroizing::new(Vec::with_capacity(w * h));
        for y in 0..h {
            let row = |y: usize| &across[y * w..(y + 1) * w];
            let (up, here, down) = (row(y.saturating_sub(1)), row(y), row((y + 1).min(h - 1)));
            data.extend((0..w).map(|x| byte(usize::from((up[x] + 2 * here[x] + down[x] + 8) >> 4))));
        }
        Self { width: w, height: h, data }
    }

    /// Edges made steeper (unsharp mask): for a camera out of focus.
    pub(super) fn sharpened(&self) -> Self {
        let soft = self.blurred().blurred();
        let mut data = Zeroizing::new(Vec::with_capacity(self.data.len()));
        data.extend(self.data.iter().zip(soft.data.iter()).map(|(&p, &s)| {
            byte(usize::try_from(3 * i32::from(p) - 2 * i32::from(s)).unwrap_or(0).min(255))
        }));
        Self { width: self.width, height: self.height, data }
    }

    /// Each `n` x `n` pixels averaged into one; None if nothing would be left.
    pub(super) fn reduced(&self, n: usize) -> Option<Self> {
        let (w, h) = (self.width / n, self.height / n);
        if w == 0 || h == 0 {
            return None;
        }
        let mut data = Zeroizing::new(Vec::with_capacity(w * h));
        let mut sums = Zeroizing::new(vec![0u32; w]);
        let area = u32::try_from(n * n).unwrap_or(1);
        for y in 0..h {
            sums.fill(0);
            for row in self.data[y * n * self.width..(y + 1) * n * self.width].chunks_exact(self.width) {
                for (sum, block) in sums.iter_mut().zip(row.chunks_exact(n)) {
                    *sum += block.iter().map(|&p| u32::from(p)).sum::<u32>();
                }
            }
            data.extend(sums.iter().map(|&sum| byte((sum / area) as usize)));
        }
        Some(Self { width: w, height: h, data })
    }

    /// Twice as large, interpolated: for codes of one or two pixels a module.
    pub(super) fn doubled(&self) -> Self {
        let (w, h) = (self.width, self.height);
        let mut data = Zeroizing::new(Vec::with_capacity(w * h * 4));
        for y2 in 0..h * 2 {
            // each new pixel lies a quarter of an old one off its nearest: weights 3 and 1
            let y = y2 / 2;
            let near = &self.data[y * w..(y + 1) * w];
            let other = if y2 % 2 == 0 { y.saturating_sub(1) } else { (y + 1).min(h - 1) };
            let far = &self.data[other * w..(other + 1) * w];
            let mixed = |x: usize| 3 * usize::from(near[x]) + usize::from(far[x]);
            for x in 0..w {
                let here = 3 * mixed(x);
                data.push(byte((here + mixed(x.saturating_sub(1)) + 8) >> 4));
                data.push(byte((here + mixed((x + 1).min(w - 1)) + 8) >> 4));
            }
        }
        Self { width: w * 2, height: h * 2, data }
    }

    /// The smallest whole divisor that brings the picture under so many pixels.
    pub(super) fn divisor_under(&self, pixels: usize) -> usize {
        (1..=self.width.max(1)).find(|n| self.pixels() / (n * n) <= pixels).unwrap_or(1)
    }

    /// With a white margin of `n` pixels on every side: decoders want a quiet zone that a tight crop lacks.
    pub(super) fn framed(&self, n: usize) -> Self {
        let w = self.width + 2 * n;
        let mut data = Zeroizing::new(vec![255; w * (self.height + 2 * n)]);
        for (y, row) in self.data.chunks_exact(self.width).enumerate() {
            let start = (y + n) * w + n;
            data[start..start + self.width].copy_from_slice(row);
        }
        Self { width: w, height: self.height + 2 * n, data }
    }
}

/// The first level, in this order, up to which more than `cut` pixels lie.
fn level_past(counts: &[u32; 256], mut order: impl Iterator<Item = usize>, cut: u32) -> usize {
    let mut sum = 0;
    order
        .find(|&level| {
            sum += counts[level];
            sum > cut
        })
        .unwrap_or(0)
}

fn byte(value: usize) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luma(width: usize, data: &[u8]) -> Luma {
        Luma::new(width, data.len() / width, Zeroizing::new(data.to_vec()))
    }

    #[test]
    fn filters_work_down_to_a_single_pixel() {
        let one = luma(1, &[9]);
        assert_eq!(one.blurred().data.as_slice(), [9]);
        assert_eq!(one.sharpened().data.as_slice(), [9]);
        assert_eq!(one.doubled().data.as_slice(), [9; 4]);
        assert!(one.reduced(2).is_none());
        assert_eq!(
            (one.stretched().pixels(), one.thresholded().pixels(), one.inverted().data[0]),
            (1, 1, 246)
        );
    }

    #[test]
    fn a_pale_picture_is_stretched_and_split() {
        let pale = luma(2, &[100, 120, 110, 100]);
        assert_eq!(pale.stretched().data.as_slice(), [0, 255, 127, 0]);
        assert_eq!(luma(2, &[100, 120, 119, 101]).thresholded().data.as_slice(), [0, 255, 255, 0]);
    }

    #[test]
    fn reducing_averages_blocks() {
        assert_eq!(luma(4, &[0, 2, 9, 9, 2, 4, 9, 9]).reduced(2).map(|l| l.data.to_vec()), Some(vec![2, 9]));
        assert_eq!(luma(4, &[0; 8]).divisor_under(2), 2);
    }

    #[test]
    fn a_margin_is_white() {
        assert_eq!(luma(1, &[0]).framed(1).data.as_slice(), [255, 255, 255, 255, 0, 255, 255, 255, 255]);
    }
}
