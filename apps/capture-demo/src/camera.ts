import { cameraSource } from '@a3cp/capture-client';

/** The page's camera and its preview. It is on from `open` to `close`, or until it is taken away. */
export class Camera {
  #stream: MediaStream | null = null;

  /** `seen` is mirrored with the picture. `lost` is called when the camera is taken away. */
  constructor(
    private readonly preview: HTMLVideoElement,
    private readonly seen: readonly Element[],
    private readonly lost: () => void,
  ) {}

  /** Null while the camera is off. */
  get stream(): MediaStream | null {
    return this.#stream;
  }

  /** The track of its pictures; undefined while the camera is off. */
  get track(): MediaStreamTrack | undefined {
    return this.#stream?.getVideoTracks()[0];
  }

  /** Whether it is on and gives pictures. */
  get isLive(): boolean {
    return this.#stream?.active ?? false;
  }

  /** Whether its picture is shown as a mirror does. A camera that looks away from the person is no mirror. */
  get isMirror(): boolean {
    return this.track?.getSettings().facingMode !== 'environment';
  }

  /** Takes a camera that was turned on, sees that it gives pictures, and shows it. Rejects with a CameraError. */
  async open(stream: MediaStream): Promise<void> {
    this.#stream = stream;
    // the page is ready only with a working camera, and then has loaded all that a capture needs
    const source = await cameraSource(stream, { keep_camera: true });
    source.close();
    this.preview.srcObject = stream;
    for (const seen of this.seen) seen.classList.toggle('mirrored', this.isMirror);
    // a page in the background shows it later
    void this.preview.play().catch(() => undefined);
    // it comes from the device only, not from `close`
    for (const track of stream.getTracks()) {
      track.addEventListener('ended', () => {
        if (this.#stream === stream) this.lost();
      });
    }
  }

  /** Turns it off. */
  close(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.preview.srcObject = null;
  }
}
