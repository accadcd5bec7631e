//! The results as a picture: a bar for each ratio, with its goal.

use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::result::{Goal, Ratio};

type Fault = Box<dyn std::error::Error>;

const WIDTH: i32 = 980;
/// Where the bars begin.
const LEFT: i32 = 480;
/// How long a ratio of 1 is.
const ONE: i32 = 340;
const ROW: i32 = 26;
const TOP: i32 = 56;
const HELD: RGBColor = RGBColor(46, 125, 102);
const MISSED: RGBColor = RGBColor(192, 86, 33);
const TOLD: RGBColor = RGBColor(120, 130, 145);

pub(crate) fn draw(path: &Path, ratios: &[Ratio]) -> Result<(), Fault> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let rows = i32::try_from(ratios.len())?;
    let height = TOP + rows * ROW + 20;
    let area = SVGBackend::new(path, (u32::try_from(WIDTH)?, u32::try_from(height)?)).into_drawing_area();
    area.fill(&WHITE)?;
    let text = |size: i32, horizontal| {
        TextStyle::from(("sans-serif", size).into_font())
            .pos(Pos::new(horizontal, VPos::Center))
            .color(&BLACK)
    };
    let title = "tessera-center beside what it cannot do without (ratios; | is the goal)";
    area.draw(&Text::new(title, (16, 22), text(20, HPos::Left)))?;
    let at = |ratio: f64| LEFT + (ratio.clamp(0.0, 1.35) * f64::from(ONE)).round() as i32;
    area.draw(&PathElement::new([(at(1.0), TOP - 8), (at(1.0), height - 16)], TOLD.mix(0.5)))?;
    area.draw(&Text::new("1", (at(1.0), TOP - 16), text(15, HPos::Center)))?;
    for (row, ratio) in (0..rows).zip(ratios) {
        let middle = TOP + row * ROW + ROW / 2;
        let color = match ratio.goal {
            Goal::Told => TOLD,
            goal if goal.holds(ratio.value) => HELD,
            _ => MISSED,
        };
        area.draw(&Text::new(ratio.what.as_str(), (LEFT - 10, middle), text(15, HPos::Right)))?;
        area.draw(&Rectangle::new([(LEFT, middle - 8), (at(ratio.value), middle + 8)], color.filled()))?;
        let number = format!("{:.2}", ratio.value);
        area.draw(&Text::new(number, (at(ratio.value).max(at(1.2)) + 12, middle), text(15, HPos::Left)))?;
        if let Goal::AtLeast(goal) | Goal::AtMost(goal) = ratio.goal {
            area.draw(&PathElement::new(
                [(at(goal), middle - 11), (at(goal), middle + 11)],
                BLACK.stroke_width(2),
            ))?;
        }
    }
    area.present()?;
    Ok(())
}
