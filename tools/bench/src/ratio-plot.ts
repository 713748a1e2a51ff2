import type { Measurements } from './measurements.js';
import { SERVERS, SIZES } from './subjects.js';

const WIDTH = 640;
const HEIGHT = 320;
const MARGIN = { left: 48, right: 16, top: 56, bottom: 40 };
const COLOURS = ['#9aa0a6', '#1a73e8', '#e8710a', '#188038'];

/** The plot of docs/performance.md: processor time per frame beside the bare server's, for each size of frames. */
export function ratioPlot({ saturated }: Measurements): string {
  const names = SERVERS.map(({ name }) => name);
  const ratio = (name: string, size: number): number => saturated.get(size)?.get(name)?.cpu_ratio.median ?? NaN;
  const highest = Math.ceil(Math.max(...names.flatMap((name) => SIZES.map((size) => ratio(name, size)))));
  const floor = HEIGHT - MARGIN.bottom;
  const y = (value: number): number => floor - (value / highest) * (floor - MARGIN.top);
  const group = (WIDTH - MARGIN.left - MARGIN.right) / SIZES.length;
  const bar = (group * 0.8) / names.length;

  const lines = Array.from({ length: highest + 1 }, (_, value) => [
    `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(value)}" y2="${y(value)}" stroke="#dadce0"/>`,
    text(MARGIN.left - 8, y(value) + 4, String(value), 'end'),
  ]);
  const bars = SIZES.flatMap((size, at) =>
    names.map((name, index) => {
      const x = MARGIN.left + group * (at + 0.1) + bar * index;
      const value = ratio(name, size);
      const height = floor - y(value);
      const rect = `<rect x="${x}" y="${y(value)}" width="${bar - 4}" height="${height}" fill="${COLOURS[index]}"/>`;
      return rect + text(x + (bar - 4) / 2, y(value) - 4, value.toFixed(2), 'middle');
    }),
  );
  const sizes = SIZES.map((size, at) =>
    text(MARGIN.left + group * (at + 0.5), floor + 20, `${size / 1000} KB frames`, 'middle'),
  );
  const legend = names.map((name, index) => {
    const x = MARGIN.left + ((WIDTH - MARGIN.left) / names.length) * index;
    return `<rect x="${x}" y="32" width="12" height="12" fill="${COLOURS[index]}"/>` + text(x + 18, 42, plain(name));
  });
  const title = text(MARGIN.left, 18, "Processor time per frame, as a multiple of the bare server's");
  const body = [title, ...legend, ...lines.flat(), ...bars, ...sizes].join('\n');
  const style = 'font-family="sans-serif" font-size="12" fill="#3c4043"';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ${style}>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
${body}
</svg>
`;
}

function text(x: number, y: number, content: string, anchor = 'start'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${content}</text>`;
}

function plain(name: string): string {
  return name.replaceAll('`', '');
}
