import type { HandMovement, HandTrace } from './hand-movement.js';
import type { Catalogue } from './words/english.js';

type Words = Catalogue['movement'];

const WIDTH = 320;
const HEIGHT = 120;
/** Room for the labels of the axes. */
const LEFT = 32;
const BOTTOM = 18;
const TOP = 6;

/** Slower than this, in picture widths a second, a hand is all but still: the axis reaches that far at least. */
const LEAST_TOP_SPEED = 0.5;

/** A small plot of how fast each hand was, and the same in a sentence for each. */
export function movementFigure(movement: HandMovement, words: Words): HTMLElement {
  const figure = document.createElement('figure');
  const caption = document.createElement('figcaption');
  for (const { hand, sentence } of movementWords(movement, words)) {
    const line = document.createElement('p');
    line.className = hand;
    line.textContent = sentence;
    caption.append(line);
  }
  figure.append(plot(movement, words), caption);
  return figure;
}

/** The movement in words, a sentence for each hand. */
export function movementWords(
  { left, right, seconds }: HandMovement,
  words: Words,
): { hand: string; sentence: string }[] {
  const sentence = (name: string, { seen, speeds }: HandTrace): string => {
    if (seen === 0) return words.notSeen(name);
    const fastest = Math.max(...speeds.map((speed) => speed ?? 0));
    if (fastest === 0) return words.seen(name, seen, seconds.length);
    return words.fastest(name, seen, seconds.length, seconds[speeds.indexOf(fastest)] ?? 0);
  };
  return [
    { hand: 'left-hand', sentence: sentence(words.leftHand, left) },
    { hand: 'right-hand', sentence: sentence(words.rightHand, right) },
  ];
}

/** The path of a trace: one line for each stretch the hand was seen in. */
export function tracePath(
  { speeds }: HandTrace,
  seconds: readonly number[],
  x: (seconds: number) => number,
  y: (speed: number) => number,
): string {
  let drawing = false;
  return speeds
    .map((speed, n) => {
      const command = drawing ? 'L' : 'M';
      drawing = speed !== null;
      return speed === null ? '' : `${command}${x(seconds[n] ?? 0).toFixed(1)} ${y(speed).toFixed(1)}`;
    })
    .join('');
}

function plot({ seconds, left, right }: HandMovement, words: Words): SVGElement {
  const length = Math.max(seconds.at(-1) ?? 0, 1);
  const fastest = Math.max(LEAST_TOP_SPEED, ...[...left.speeds, ...right.speeds].map((speed) => speed ?? 0));
  const x = (time: number): number => LEFT + (time / length) * (WIDTH - LEFT - 4);
  const y = (speed: number): number => HEIGHT - BOTTOM - (speed / fastest) * (HEIGHT - BOTTOM - TOP);

  // the caption says the same in words
  const svg = element('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true' });
  svg.append(element('path', { class: 'axis', d: `M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - 4}` }));
  svg.append(label(words.fast, { x: LEFT - 5, y: TOP + 8, class: 'end' }));
  svg.append(label(words.still, { x: LEFT - 5, y: HEIGHT - BOTTOM, class: 'end' }));
  const step = length > 6 ? 5 : length > 2 ? 2 : 1;
  for (let time = 0; time <= length; time += step) {
    svg.append(label(words.second(time), { x: x(time), y: HEIGHT - 4, class: 'middle' }));
  }
  svg.append(element('path', { class: 'left-hand', d: tracePath(left, seconds, x, y) }));
  svg.append(element('path', { class: 'right-hand', d: tracePath(right, seconds, x, y) }));
  return svg;
}

function label(text: string, attributes: Record<string, string | number>): SVGElement {
  const node = element('text', attributes);
  node.textContent = text;
  return node;
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, String(value));
  return node;
}
