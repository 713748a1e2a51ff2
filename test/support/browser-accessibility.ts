import axe, { type AxeResults } from 'axe-core';
import type { CaptureWords } from './capture-words.js';

/** A target a finger can hit: its least width and height, in CSS pixels. */
const TARGET_PX = 44;

/** What axe-core finds wrong with the page as it is now, one line for each element. */
export async function violations(capture: CaptureWords): Promise<string[]> {
  // a colour on its way to another is neither
  await capture.ask(async () => {
    const animations = document.getAnimations();
    const ending = animations.filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.all(ending.map((animation) => animation.finished));
  });
  // evaluated by the debugger, which the page's Content-Security-Policy does not concern
  if (!(await capture.ask(() => 'axe' in window))) await capture.driven.evaluate(`(() => { ${axe.source} })()`);
  const found = await capture.driven.evaluate<AxeResults['violations']>(
    "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}

/** The controls in sight that are too small for a finger. */
export function smallTargets(capture: CaptureWords): Promise<string[]> {
  return capture.ask((least) => {
    const controls = [...document.querySelectorAll('a[href], button, input, select, summary, textarea')];
    return controls
      .filter((control) => control.checkVisibility({ visibilityProperty: true }))
      .map((control) => ({ control, box: control.getBoundingClientRect() }))
      .filter(({ box }) => box.width < least || box.height < least)
      .map(({ control, box }) => `${control.outerHTML}: ${box.width} x ${box.height}`);
  }, TARGET_PX);
}

/** How far the page reaches beyond the right edge of its window, in CSS pixels. */
export function overhang(capture: CaptureWords): Promise<number> {
  return capture.ask(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
