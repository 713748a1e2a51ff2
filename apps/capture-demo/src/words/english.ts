import { explain, type ExplainedCode } from '@a3cp/capture-client';
import { numbersIn } from './numbers.js';

const { count, decimal } = numbersIn('en');

const pictures = (frames: number): string => count(frames, { one: 'picture', other: 'pictures' });

/** Every text of the page in English, and the model for the other languages. */
export const ENGLISH = {
  /** The texts of index.html, by its attributes `data-words` and `data-label`. */
  page: {
    title: 'Gestures · A3CP',
    heading: 'Gestures',
    status: 'Status:',
    session: 'Session:',
    picture: 'Picture',
    mirror: 'What the camera sees, as in a mirror',
    timeLeft: 'Time left',
    seconds: 's',
    drawn: 'What is drawn over the picture',
    body: 'Body',
    face: 'Face',
    leftHand: 'Left hand',
    rightHand: 'Right hand',
    nothingDrawn: 'This server does not look for body and hands, so nothing is drawn.',
    panel: 'What to do',
    code: 'Code:',
    rate: 'A second',
    data: 'Data',
    person: 'Name or number of the person',
    intent: 'What is meant?',
    intentHint: 'one word, or none',
    camera: 'Camera',
    series: 'Several in a row',
    times: 'How many times',
    length: 'Seconds for each',
    pause: 'Seconds between two',
    details: 'Details',
    replay: 'The movement again, as lines without the picture',
  },

  headlines: {
    signedOut: 'Who is in front of the camera?',
    askingName: 'Is this the same person?',
    cameraOff: 'Turn the camera on',
    previewing: 'Ready when you are',
    counting: 'Get ready',
    capturing: (intent: string, name: string) =>
      intent ? `Recording “${intent}” for ${name}` : `Recording for ${name}`,
    closing: 'Nearly there',
    endingSession: 'Ending the session',
    delivered: 'It has arrived',
    faulty: 'Better record it again',
  },

  words: {
    signedOut: 'Give the name or number this person is known by. Nothing is filmed yet.',
    askingName: (typed: string, known: string) =>
      `“${known}” was here before. “${typed}” would be another person, with other recordings.`,
    cameraOff: 'You see yourselves first. No picture leaves this device before you press Record.',
    previewing: 'Face and hands should be in the picture. You can stop at any time.',
    counting: 'The recording starts in a moment.',
    series: (nth: number, times: number) =>
      `Recording ${nth} of ${times}. It starts and stops by itself; the button ends the series.`,
    capturing: 'Make the gesture now, and press Stop when it is done.',
    capturingWaits: 'Waiting for the network. You can go on with the gesture.',
    closing: 'The last pictures are on their way.',
    closingWaits: 'Waiting for the network. The last pictures are still here.',
    endingSession: 'The camera is off.',
  },

  /** What became of a recording that arrived, by how far its movement is. */
  delivered: {
    awaited: 'The movement of the hands is being worked out.',
    shown: 'The movement of the hands is shown below.',
    unlooked: 'The recording was delivered.',
    unavailable: 'The movement of the hands could not be fetched. The recording is safe.',
    faulty: 'The recording was delivered, but may be of no use.',
  },

  /** What is wrong with a recording that was delivered. */
  faults: {
    too_short: 'It is shorter than a second.',
    few_pictures: 'It has fewer than 8 pictures a second.',
    hole: 'For more than a second it has no picture.',
    no_person: 'No person was seen. Is somebody in the picture, and is there enough light?',
    no_hand: 'No hand was seen. Were the hands in the picture?',
  },

  recordings: {
    strip: (intent: string) => (intent ? `Recordings of “${intent}”` : 'Recordings without a word'),
    /** An entry of the strip; the sign says the verdict. */
    good: (nth: number) => `${nth}, good`,
    faulty: (nth: number) => `${nth}, better record it again`,
    awaited: (nth: number) => `${nth}, not looked at yet`,
    heading: (intent: string, nth: number) => (intent ? `“${intent}”, recording ${nth}` : `Recording ${nth}`),
    replay: 'Show the movement',
    stopReplay: 'Stop the movement',
    discard: 'Discard',
    sure: (nth: number) => `Discard recording ${nth}? It cannot be brought back.`,
  },

  actions: {
    startSession: 'Start session',
    startNewSession: 'Start a new session',
    startingSession: 'Starting …',
    samePerson: (known: string) => `Yes, it is “${known}”`,
    otherPerson: (typed: string) => `No, “${typed}” is another person`,
    endSession: 'End session',
    endSessionAgain: 'Try to end it again',
    startPreview: 'Turn the camera on',
    startPreviewAgain: 'Try the camera again',
    startingPreview: 'Turning the camera on …',
    stopPreview: 'Camera off',
    record: 'Record',
    recordAgain: 'Record again',
    recordSeries: (times: number) => `Record ${count(times, { one: 'time', other: 'times' })}`,
    notYet: 'Not yet',
    stop: 'Stop',
    tryAgain: 'Try again',
  },

  /** What is wrong with the picture before the recording, and what to do. */
  picture_faults: {
    covered: 'The picture is dark or covered. Is something in front of the camera, or is there too little light?',
    still: 'The picture does not move. If it stays so, turn the camera off and on again.',
  },

  /** A camera that has no name of its own. */
  camera: (number: number) => `Camera ${number}`,

  numbers: {
    delivered: 'Pictures delivered',
    sent: 'Pictures sent',
    rate: (pictures_a_second: number) => decimal(pictures_a_second, 1),
    bytes: (bytes: number) => `${decimal(bytes / 1e6, 1)} MB`,
  },

  result: {
    delivered: (frames: number, confirmed: boolean) =>
      `${pictures(frames)}${confirmed ? ', confirmed by the server' : ''}.`,
    skipped: (frames: number) => `${count(frames, { one: 'was', other: 'were' })} left out to keep up.`,
  },

  movement: {
    awaited: 'The hands’ movement is being worked out …',
    looking: (processed: number, frames: number) =>
      `The hands’ movement is being worked out: ${processed} of ${pictures(frames)}`,
    unlooked: 'This server does not look for hands, so there is no movement to show.',
    unavailable: 'The hands’ movement could not be fetched. The recording itself has arrived.',
    leftHand: 'Left hand',
    rightHand: 'Right hand',
    notSeen: (hand: string) => `${hand}: not seen.`,
    seen: (hand: string, seen: number, frames: number) => `${hand}: in ${seen} of ${pictures(frames)}.`,
    fastest: (hand: string, seen: number, frames: number, seconds: number) =>
      `${hand}: in ${seen} of ${pictures(frames)}, fastest at ${decimal(seconds, 1)} s.`,
    fast: 'fast',
    still: 'still',
    second: (seconds: number) => `${seconds} s`,
  },

  /** What a problem kept from being done, and whether anything was lost by it. */
  problems: {
    session_start: { headline: 'The session did not start', lost: 'Nothing was recorded, and nothing is lost.' },
    session_end: { headline: 'The session did not end', lost: 'Nothing is lost. The camera is off.' },
    camera: { headline: 'The camera cannot be used', lost: 'Nothing is lost.' },
    recording: {
      headline: 'The recording did not go through',
      lost: 'This recording was not kept. Earlier recordings are not affected.',
    },
    discard: { headline: 'The recording was not discarded', lost: 'It is still there.' },
  },

  /** What happened and what to do, for the codes of the client library. */
  explain: (code: ExplainedCode) => explain(code).explanation,

  /** The same for the page's own codes. */
  own_problems: {
    /** session_manager does not take the person's name. */
    name_refused: 'The server cannot use this name. Please choose another one, with at most 128 letters or digits.',
    /** The page was hidden during the recording. */
    page_hidden:
      'This page was left during the recording, which ended it. Please keep the page in view and record again.',
    /** A fault of the page itself. */
    page_failed: 'This page made a mistake. Please load it again; if it comes back, tell support.',
  },
};

/** Every text of the page in one language; a key that is missing does not compile. */
export type Catalogue = typeof ENGLISH;
