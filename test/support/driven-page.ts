/** A key that moves the focus, or presses the control that has it. */
export type Key = 'Enter' | 'Escape' | 'Space' | 'Tab' | 'Shift+Tab';

/** The visible part of a page, in CSS pixels. */
export interface WindowSize {
  readonly width: number;
  readonly height: number;
}

/** How a browser is set up. */
export interface BrowserSetup {
  /** `falsified`: the browser protects its user by changing the pixels that a page reads. @default 'shown' */
  readonly camera?: 'shown' | 'missing' | 'falsified';
  /** @default 'light' */
  readonly scheme?: 'light' | 'dark';
  /** @default false */
  readonly reduced_motion?: boolean;
}

/** One page of any browser. A control is named by its `data-testid`. */
export interface DrivenPage {
  /** The browser's complaints, oldest first: console errors, uncaught errors, requests to other origins. */
  readonly complaints: readonly string[];
  /** Resolves with the value of an expression in the page, after its promise settles. The value must survive JSON. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Clicks a visible control. */
  click(id: string): Promise<void>;
  /** Replaces the text of a visible field. */
  fill(id: string, text: string): Promise<void>;
  press(key: Key): Promise<void>;
  /** Types into the control that has the focus. */
  type(text: string): Promise<void>;
  resize(size: WindowSize): Promise<void>;
  screenshot(file: `${string}.png`): Promise<void>;
}

/** A headless browser with an empty profile. */
export interface DrivenBrowser {
  /** Opens a page and closes the one before; the functions run in it before its own scripts. */
  open(url: string, scripts: readonly (() => void)[]): Promise<DrivenPage>;
  close(): Promise<void>;
}
