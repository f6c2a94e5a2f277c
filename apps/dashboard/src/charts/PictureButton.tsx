import { IconPhotoDown } from "@tabler/icons-react";
import { useZone } from "../clock/ZoneContext.ts";
import { localOf } from "../lib/time/zone.ts";
import { PanelAction } from "../ui/PanelAction.tsx";
import { saveFile } from "../ui/save-file.ts";
import type { Drawn } from "./ChartPanel.tsx";
import { useChartTheme } from "./chart-theme.ts";
import { NONE_HIDDEN, shownOf } from "./hidden.ts";
import { plotOf } from "./plot.ts";
import type { TimeChartProps } from "./TimeChart.tsx";
import { valueAxis } from "./value-axis.ts";

interface Props extends Pick<TimeChartProps, "title" | "unit" | "scale" | "sampling" | "hidden"> {
  readonly drawn: Drawn;
  /** When the data was asked for, in seconds since 1970. */
  readonly at: number;
}

/** How large the lines are in a picture, whatever the screen is; in pixels of the page. */
const WIDTH = 960;
const HEIGHT = 320;

/** Saves the panel as a PNG, in the theme that is seen. */
export function PictureButton({
  title,
  unit,
  scale = "linear",
  sampling = "lttb",
  hidden = NONE_HIDDEN,
  drawn,
  at,
}: Props) {
  const theme = useChartTheme();
  const zone = useZone();

  async function save() {
    const { span, thresholds = [], marks = [], extent } = drawn;
    const series = shownOf(drawn, hidden);
    const axis = valueAxis({ series, thresholds, unit, scale, extent, height: HEIGHT });
    const lines = drawn.series.length;
    const plot = plotOf({ width: WIDTH, height: HEIGHT, span, axis, lines });
    const { drawPicture } = await import("./picture.ts");
    const input = { title, plot, series, thresholds, marks, theme, sampling, zone, at };
    saveFile(nameOf(title, at), await drawPicture(input));
  }

  return (
    <PanelAction panel={title} what="Save as PNG" onClick={() => void save()}>
      <IconPhotoDown size={16} aria-hidden />
    </PanelAction>
  );
}

/** "sightline-error-rate-20261123T120000Z.png". */
function nameOf(title: string, at: number): string {
  const words = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return `sightline-${words}-${localOf(at, "UTC").replaceAll(/[-:]/g, "")}Z.png`;
}
