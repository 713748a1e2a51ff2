import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { openCamera } from './open-camera.js';

/** The size that is asked for, of which nothing is cut off. */
const WHOLE = { width: { ideal: 640 }, height: { ideal: 480 }, resizeMode: 'none' };

const CAMERA = {} as MediaStream;
const getUserMedia = jest.fn<MediaDevices['getUserMedia']>();
let devices: { kind: MediaDeviceKind }[] = [{ kind: 'videoinput' }];
const enumerateDevices = () => Promise.resolve(devices);

/** The page the code finds itself on. */
function page(
  isSecureContext: boolean,
  navigator: object = { mediaDevices: { getUserMedia, enumerateDevices } },
): void {
  Object.defineProperty(globalThis, 'isSecureContext', { value: isSecureContext, configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
}

const had_navigator = Object.getOwnPropertyDescriptor(globalThis, 'navigator');

afterEach(() => {
  getUserMedia.mockReset();
  devices = [{ kind: 'audioinput' }, { kind: 'videoinput' }];
  Reflect.deleteProperty(globalThis, 'isSecureContext');
  if (had_navigator) Object.defineProperty(globalThis, 'navigator', had_navigator);
  else Reflect.deleteProperty(globalThis, 'navigator');
});

describe('openCamera', () => {
  it('asks for what a capture may be, and for no sound', async () => {
    page(true);
    getUserMedia.mockResolvedValue(CAMERA);

    expect(await openCamera()).toBe(CAMERA);
    expect(getUserMedia).toHaveBeenCalledWith({
      video: { ...WHOLE, frameRate: { ideal: 15 } },
      audio: false,
    });
  });

  it('asks for what the caller wants otherwise', async () => {
    page(true);
    getUserMedia.mockResolvedValue(CAMERA);
    await openCamera({ facingMode: 'user', frameRate: 10 });

    expect(getUserMedia).toHaveBeenCalledWith({
      video: { ...WHOLE, frameRate: 10, facingMode: 'user' },
      audio: false,
    });
  });

  it.each([
    ['NotAllowedError', 'camera_refused'],
    ['SecurityError', 'camera_refused'],
    ['NotFoundError', 'camera_missing'],
    ['NotReadableError', 'camera_busy'],
    ['AbortError', 'camera_busy'],
    ['OverconstrainedError', 'camera_unsuitable'],
    ['TypeError', 'camera_failed'],
  ])('takes a %s for %s', async (name, code) => {
    page(true);
    const cause = Object.assign(new Error('no'), { name });
    getUserMedia.mockRejectedValue(cause);

    await expect(openCamera()).rejects.toMatchObject({ name: 'CameraError', code, cause, retry: 'after_change' });
  });

  it('takes an OverconstrainedError for camera_missing where there is no camera, as WebKit says then', async () => {
    page(true);
    devices = [{ kind: 'audioinput' }];
    getUserMedia.mockRejectedValue(Object.assign(new Error('no'), { name: 'OverconstrainedError' }));

    await expect(openCamera()).rejects.toMatchObject({ code: 'camera_missing' });
  });

  it('keeps the error of the camera where the browser does not list its cameras', async () => {
    page(true, { mediaDevices: { getUserMedia, enumerateDevices: () => Promise.reject(new Error('not allowed')) } });
    getUserMedia.mockRejectedValue(Object.assign(new Error('no'), { name: 'OverconstrainedError' }));

    await expect(openCamera()).rejects.toMatchObject({ name: 'CameraError', code: 'camera_unsuitable' });
  });

  it('says of a page that is not secure that this is why', async () => {
    page(false, {});

    await expect(openCamera()).rejects.toMatchObject({
      code: 'camera_insecure',
      explanation: expect.stringContaining('https'),
    });
  });

  it('says of a browser that is too old that this is why', async () => {
    page(true);
    const { throwIfAborted } = AbortSignal.prototype;
    Reflect.deleteProperty(AbortSignal.prototype, 'throwIfAborted');
    try {
      await expect(openCamera()).rejects.toMatchObject({
        code: 'camera_browser_outdated',
        explanation: expect.stringContaining('too old'),
      });
    } finally {
      AbortSignal.prototype.throwIfAborted = throwIfAborted;
    }
  });

  it('says of a browser without cameras that this is why', async () => {
    page(true, {});

    await expect(openCamera()).rejects.toMatchObject({ code: 'camera_unsupported' });
  });
});
