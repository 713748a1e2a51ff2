import { FACE_LINES, HAND_LINES, POSE_LINES } from './body-lines.js';
import type { FrameLandmarks, Landmark } from './landmarks.js';

/** One part of a body and how it is drawn; sizes are fractions of the picture's width. */
interface Part {
  readonly name: 'pose' | 'face' | 'left_hand' | 'right_hand';
  readonly colour: string;
  readonly lines: readonly (readonly number[])[];
  readonly width: number;
  readonly dot: number;
}

/** The last drawn is on top. Told apart by every kind of colour vision; the legend has the same colours. */
const PARTS: readonly Part[] = [
  { name: 'pose', colour: '#56b4e9', lines: POSE_LINES, width: 0.006, dot: 0.008 },
  { name: 'face', colour: '#f0e442', lines: FACE_LINES, width: 0.0025, dot: 0.0016 },
  { name: 'left_hand', colour: '#ff9d2e', lines: HAND_LINES, width: 0.0045, dot: 0.006 },
  { name: 'right_hand', colour: '#ff7bd0', lines: HAND_LINES, width: 0.0045, dot: 0.006 },
];

/** Keeps the lines apart from a picture of their own colour. */
const HALO = 'rgb(0 0 0 / 45%)';

/** Below it a joint of a pose is guessed. */
const MIN_VISIBILITY = 0.5;

/** Pixels of the canvas for one of the page, at most: more is not seen. */
const MAX_PIXEL_RATIO = 2;

/** Landmarks over the picture: the latest, drawn when the screen is. What is missing or outside the picture is not drawn. */
export class Overlay {
  #landmarks: FrameLandmarks | null = null;
  #due = false;

  constructor(private readonly canvas: HTMLCanvasElement) {
    new ResizeObserver(() => this.#fit()).observe(canvas);
  }

  /** Draws these and nothing else; null draws nothing. */
  show(landmarks: FrameLandmarks | null): void {
    this.#landmarks = landmarks;
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#draw();
    });
  }

  #fit(): void {
    const ratio = Math.min(devicePixelRatio, MAX_PIXEL_RATIO);
    this.canvas.width = Math.round(this.canvas.clientWidth * ratio);
    this.canvas.height = Math.round(this.canvas.clientHeight * ratio);
    this.#draw();
  }

  #draw(): void {
    const { width, height } = this.canvas;
    const context = this.canvas.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, width, height);
    context.lineJoin = context.lineCap = 'round';
    for (const part of PARTS) {
      const points = this.#landmarks?.[part.name];
      if (!points) continue;
      const lines = linesThrough(points, part, width, height);
      context.strokeStyle = HALO;
      context.lineWidth = part.width * width * 2;
      context.stroke(lines);
      context.strokeStyle = context.fillStyle = part.colour;
      context.lineWidth = part.width * width;
      context.stroke(lines);
      context.fill(dotsAt(points, part, width, height));
    }
  }
}

function isSeen(point: Landmark | undefined): point is Landmark {
  return point !== undefined && !point.outside && (point.visibility ?? 1) >= MIN_VISIBILITY;
}

function linesThrough(points: readonly Landmark[], { lines }: Part, width: number, height: number): Path2D {
  const path = new Path2D();
  for (const line of lines) {
    let drawing = false;
    for (const n of line) {
      const point = points[n];
      const seen = isSeen(point);
      if (seen && drawing) path.lineTo(point.x * width, point.y * height);
      else if (seen) path.moveTo(point.x * width, point.y * height);
      drawing = seen;
    }
  }
  return path;
}

function dotsAt(points: readonly Landmark[], { name, dot }: Part, width: number, height: number): Path2D {
  const path = new Path2D();
  const radius = Math.max(dot * width, 0.7);
  // the first eleven points of a pose are the face's, which has its own
  for (const point of name === 'pose' ? points.slice(11) : points) {
    if (!isSeen(point)) continue;
    path.moveTo(point.x * width + radius, point.y * height);
    path.arc(point.x * width, point.y * height, radius, 0, 2 * Math.PI);
  }
  return path;
}
