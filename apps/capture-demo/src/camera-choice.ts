import { CameraError, openCamera } from '@a3cp/capture-client';
import { byId } from './dom.js';
import type { Page } from './page-state.js';

const REMEMBERED = 'camera';

/** Which camera of the device is used. The device remembers it; the session and the server do not know it. */
export class CameraChoice {
  readonly #field = byId('camera-field', HTMLElement);
  readonly #select = byId('camera', HTMLSelectElement);

  /** `changed` is called when the person chooses another camera; `nameOf` names one that has no name of its own. */
  constructor(
    changed: () => void,
    private readonly nameOf: (number: number) => string,
  ) {
    this.#select.addEventListener('change', () => {
      remember(this.#select.value);
      changed();
    });
  }

  /** Turns on the camera that was chosen on this device, or another one if it is not there. Rejects with a CameraError. */
  async open(): Promise<MediaStream> {
    const id = remembered();
    try {
      return await openCamera(id ? { deviceId: { exact: id } } : {});
    } catch (error) {
      if (id && error instanceof CameraError && error.code === 'camera_unsuitable') return openCamera();
      throw error;
    }
  }

  /** Offers the cameras there are, once one is on: browsers name them only then. */
  async offer(in_use: MediaStreamTrack | undefined): Promise<void> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const cameras = devices.filter(({ kind }) => kind === 'videoinput');
    const options = cameras.map(({ deviceId, label }, index) => new Option(label || this.nameOf(index + 1), deviceId));
    this.#select.replaceChildren(...options);
    this.#select.value = in_use?.getSettings().deviceId ?? '';
  }

  /** Shows the choice while the person can make one. */
  render({ at }: Page): void {
    this.#field.hidden = at !== 'previewing' || this.#select.length < 2;
  }
}

/** A browser may give a page no memory. */
function remembered(): string | null {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

function remember(id: string): void {
  try {
    localStorage.setItem(REMEMBERED, id);
  } catch {
    // then the choice is good until the page is left
  }
}
