declare global {
  interface Window {
    /** What the drawn camera shows; the next picture follows a change. */
    readonly drawn: { width: number; height: number; picture: 'moving' | 'still' | 'black' };
  }
}

/** Runs in the page before its own scripts, and puts a canvas in the place of the camera, which `window.drawn` controls. */
export function drawCamera(): void {
  const drawn: Window['drawn'] = { width: 640, height: 480, picture: 'moving' };
  Object.assign(window, { drawn });
  let pictures = 0;
  navigator.mediaDevices.getUserMedia = () => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d');
    setInterval(() => {
      const { width, height, picture } = drawn;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      if (!context) return;
      context.fillStyle = 'black';
      context.fillRect(0, 0, width, height);
      if (picture === 'moving') pictures += 1;
      context.fillStyle = 'white';
      if (picture !== 'black') context.fillRect((pictures * 20) % (width / 2), 0, width / 2, height);
    }, 66);
    return Promise.resolve(canvas.captureStream());
  };
}
