import { type Availability, statusPaths } from "#features/stations";
import type { Palette } from "./palette.ts";

/** An image for MapLibre, two pixels for one. */
export interface Mark {
  readonly data: ImageData;
  readonly pixelRatio: number;
}

const RATIO = 2;

/**
 * How many of a cluster's stations are free, occupied, and anything else, in the name of its image: the style asks for an
 * image by this name, and `drawMark` draws it then.
 */
const clusterName = /^cluster (\d+) (\d+) (\d+)$/;
const stationName = /^station (free|occupied|unknown|outOfService)( chosen)?$/;

/** Draws the image that a style asks for by its name; undefined for names of no mark. */
export function drawMark(name: string, palette: Palette): Mark | undefined {
  const cluster = clusterName.exec(name);
  if (cluster !== null) {
    const [free = 0, occupied = 0, others = 0] = cluster.slice(1).map(Number);
    return drawCluster({ free, occupied, others }, palette);
  }
  const station = stationName.exec(name);
  return station === null ? undefined : drawStation(station[1] as Availability, station[2] !== undefined, palette);
}

const colors = { free: "free", occupied: "busy", unknown: "out", outOfService: "out" } as const satisfies Record<
  Availability,
  keyof Palette
>;

/** A disc with the status' own sign; not known is hollow, so that no two differ by colour alone. */
function drawStation(availability: Availability, chosen: boolean, palette: Palette): Mark {
  const radius = chosen ? 16 : 13;
  const { context, size } = canvas(2 * radius + 6);
  const center = size / 2;
  const color = palette[colors[availability]];
  const hollow = availability === "unknown";
  disc(context, center, radius + 2, palette.raised);
  disc(context, center, radius, chosen ? palette.accent : color);
  if (hollow || chosen) disc(context, center, radius - 2.5, hollow ? palette.raised : color);
  context.translate(center - radius, center - radius);
  context.scale(radius / 8, radius / 8);
  context.translate(8 * 0.25, 8 * 0.25);
  context.scale(0.75, 0.75);
  context.strokeStyle = hollow ? color : palette.raised;
  context.lineWidth = 2.2;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.stroke(new Path2D(statusPaths[availability]));
  return read(context);
}

/** A disc with the number of stations, in a ring that shows the share of each status, clockwise from the top: free first. */
function drawCluster(counts: { free: number; occupied: number; others: number }, palette: Palette): Mark {
  const total = counts.free + counts.occupied + counts.others;
  const radius = total < 10 ? 17 : total < 50 ? 20 : total < 200 ? 24 : 28;
  const { context, size } = canvas(2 * radius + 6);
  const center = size / 2;
  disc(context, center, radius + 2, palette.raised);
  let from = -Math.PI / 2;
  for (const [count, color] of [
    [counts.free, palette.free],
    [counts.occupied, palette.busy],
    [counts.others, palette.out],
  ] as const) {
    if (count === 0) continue;
    const to = from + (2 * Math.PI * count) / total;
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(center, center);
    context.arc(center, center, radius, from, to);
    context.fill();
    from = to;
  }
  disc(context, center, radius - 4.5, palette.raised);
  context.fillStyle = palette.text;
  context.font = `700 ${total < 1000 ? 13 : 11}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(String(total), center, center + 0.5);
  return read(context);
}

function canvas(size: number) {
  const element = document.createElement("canvas");
  element.width = size * RATIO;
  element.height = size * RATIO;
  const context = element.getContext("2d");
  if (context === null) throw new Error("this browser has no 2D canvas");
  context.scale(RATIO, RATIO);
  return { context, size };
}

function disc(context: CanvasRenderingContext2D, center: number, radius: number, color: string): void {
  context.fillStyle = color;
  context.beginPath();
  context.arc(center, center, radius, 0, 2 * Math.PI);
  context.fill();
}

function read(context: CanvasRenderingContext2D): Mark {
  const { width, height } = context.canvas;
  return { data: context.getImageData(0, 0, width, height), pixelRatio: RATIO };
}
