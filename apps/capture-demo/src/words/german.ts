import type { ExplainedCode } from '@a3cp/capture-client';
import type { Catalogue } from './english.js';
import { numbersIn } from './numbers.js';

const { count, decimal } = numbersIn('de');

const bilder = (frames: number): string => count(frames, { one: 'Bild', other: 'Bilder' });
const bildern = (frames: number): string => count(frames, { one: 'Bild', other: 'Bildern' });

const EXPLANATIONS: Readonly<Record<ExplainedCode, string>> = {
  protocol_violation:
    'Der Server hat diese Seite nicht verstanden. Bitte laden Sie die Seite neu. Kommt der Fehler wieder, melden Sie ihn.',
  limit_duration_exceeded: 'Die Aufnahme hat zu lange gebraucht. Bitte nehmen Sie kürzer auf.',
  limit_frame_count_exceeded: 'Die Aufnahme hatte zu viele Bilder. Bitte nehmen Sie kürzer auf.',
  limit_resolution_exceeded:
    'Die Bilder dieser Kamera sind zu groß für den Server. Bitte stellen Sie die Kamera auf kleinere Bilder.',
  limit_fps_exceeded:
    'Diese Kamera macht mehr Bilder pro Sekunde, als der Server annimmt. Bitte stellen Sie eine kleinere Rate ein.',
  limit_frame_bytes_exceeded: 'Ein Bild hatte zu viele Einzelheiten. Ein ruhigerer Hintergrund oder mehr Licht hilft.',
  limit_total_bytes_exceeded: 'Die Aufnahme wurde zu groß. Bitte nehmen Sie kürzer auf.',
  limit_forward_buffer_exceeded: 'Der Server kam für einen Moment nicht mit. Bitte versuchen Sie es noch einmal.',
  limit_concurrent_captures_exceeded:
    'Es laufen gerade zu viele Aufnahmen. Bitte warten Sie ein wenig und versuchen Sie es dann noch einmal.',
  frame_invalid:
    'Der Server konnte ein Bild nicht lesen. Bitte laden Sie die Seite neu. Kommt der Fehler wieder, melden Sie ihn.',
  forward_failed:
    'Der Teil des Servers, der die Bilder auswertet, hat nicht geantwortet. Bitte versuchen Sie es noch einmal.',
  session_invalid: 'Der Server kennt diese Sitzung nicht. Bitte beginnen Sie eine neue Sitzung.',
  session_closed: 'Diese Sitzung wurde beendet. Bitte beginnen Sie eine neue Sitzung.',
  session_unavailable:
    'Der Server kann die Sitzung gerade nicht prüfen. Bitte warten Sie ein wenig und versuchen Sie es dann noch einmal.',
  server_shutdown: 'Der Server wird neu gestartet. Bitte versuchen Sie es noch einmal.',

  server_unreachable:
    'Der Server ist nicht erreichbar. Bitte prüfen Sie, ob dieses Gerät mit dem Netz verbunden ist, und versuchen Sie es noch einmal.',
  server_silent:
    'Der Server hat nicht rechtzeitig geantwortet. Bitte prüfen Sie das Netz und versuchen Sie es noch einmal.',
  connection_lost:
    'Die Verbindung ist während der Aufnahme abgebrochen. Bitte prüfen Sie das Netz und versuchen Sie es noch einmal.',
  network_too_slow:
    'Das Netz war zu langsam, deshalb ist die Aufnahme nicht angekommen. Bitte versuchen Sie es dort noch einmal, wo die Verbindung besser ist.',
  server_stopping: 'Der Server wird neu gestartet. Bitte warten Sie ein wenig und versuchen Sie es dann noch einmal.',
  message_refused:
    'Der Server hat diese Seite nicht verstanden. Bitte laden Sie die Seite neu. Kommt der Fehler wieder, melden Sie ihn.',
  server_failed:
    'Auf dem Server ist ein Fehler aufgetreten. Bitte versuchen Sie es noch einmal. Kommt der Fehler wieder, melden Sie ihn.',
  not_confirmed:
    'Der Server hat nicht bestätigt, dass die ganze Aufnahme angekommen ist. Bitte versuchen Sie es noch einmal.',

  camera_refused:
    'Die Kamera ist hier nicht erlaubt. Bitte erlauben Sie sie dieser Seite im Browser und versuchen Sie es dann noch einmal.',
  camera_missing: 'Es wurde keine Kamera gefunden. Bitte schließen Sie eine an und versuchen Sie es noch einmal.',
  camera_busy:
    'Ein anderes Programm benutzt die Kamera. Bitte schließen Sie dieses Programm und versuchen Sie es noch einmal.',
  camera_unsuitable: 'Keine Kamera hier kann, was verlangt ist. Bitte wählen Sie eine andere Kamera.',
  camera_insecure:
    'Browser geben die Kamera nur sicheren Seiten. Bitte öffnen Sie diese Seite unter einer Adresse, die mit https beginnt.',
  camera_unsupported: 'Dieser Browser kann keine Kamera benutzen. Bitte nehmen Sie einen anderen Browser.',
  camera_browser_outdated:
    'Dieser Browser ist zu alt. Bitte aktualisieren Sie das Gerät oder den Browser, oder nehmen Sie ein aktuelles Chrome, Edge, Firefox oder Safari.',
  camera_falsified:
    'Dieser Browser verbirgt die Bilder vor der Seite, zum Schutz vor Verfolgung. Bitte erlauben Sie der Seite mit dem Zeichen neben der Adresse „Canvas-Bilddaten“ und versuchen Sie es noch einmal, oder nehmen Sie einen anderen Browser.',
  camera_lost: 'Die Kamera ist weggefallen. Bitte prüfen Sie sie und versuchen Sie es noch einmal.',
  camera_silent:
    'Die Kamera gibt keine Bilder. Bitte lassen Sie diese Seite im Vordergrund, prüfen Sie die Kamera und versuchen Sie es noch einmal.',
  camera_failed:
    'Die Kamera funktioniert nicht. Bitte stecken Sie sie neu ein oder starten Sie den Browser neu, und versuchen Sie es noch einmal.',
};

/** Every text of the page in German. */
export const GERMAN: Catalogue = {
  page: {
    title: 'Gesten · A3CP',
    heading: 'Gesten',
    status: 'Zustand:',
    session: 'Sitzung:',
    picture: 'Bild',
    mirror: 'Was die Kamera sieht, wie im Spiegel',
    timeLeft: 'Verbleibende Zeit',
    seconds: 's',
    drawn: 'Was über das Bild gezeichnet ist',
    body: 'Körper',
    face: 'Gesicht',
    leftHand: 'Linke Hand',
    rightHand: 'Rechte Hand',
    nothingDrawn: 'Dieser Server sucht nicht nach Körper und Händen, deshalb ist nichts eingezeichnet.',
    panel: 'Was zu tun ist',
    code: 'Fehlercode:',
    rate: 'Pro Sekunde',
    data: 'Daten',
    person: 'Name oder Nummer der Person',
    intent: 'Was ist gemeint?',
    intentHint: 'ein Wort oder keins',
    camera: 'Welche Kamera',
    series: 'Mehrere nacheinander',
    times: 'Wie oft',
    length: 'Sekunden für jede',
    pause: 'Sekunden dazwischen',
    details: 'Einzelheiten',
    replay: 'Noch einmal die Bewegung, als Linien ohne das Bild',
  },

  headlines: {
    signedOut: 'Wer ist vor der Kamera?',
    askingName: 'Ist das dieselbe Person?',
    cameraOff: 'Kamera einschalten',
    previewing: 'Es kann losgehen',
    counting: 'Gleich geht es los',
    capturing: (intent, name) => (intent ? `Aufnahme läuft: „${intent}“ für ${name}` : `Aufnahme läuft für ${name}`),
    closing: 'Fast fertig',
    endingSession: 'Die Sitzung wird beendet',
    delivered: 'Angekommen',
    faulty: 'Besser noch einmal',
  },

  words: {
    signedOut: 'Geben Sie den Namen oder die Nummer der Person ein. Noch wird nichts gefilmt.',
    askingName: (typed, known) =>
      `„${known}“ war schon hier. „${typed}“ wäre eine andere Person, mit anderen Aufnahmen.`,
    cameraOff: 'Sie sehen sich zuerst selbst. Kein Bild verlässt dieses Gerät, bevor Sie auf „Aufnehmen“ drücken.',
    previewing: 'Gesicht und Hände sollten im Bild sein. Sie können jederzeit stoppen.',
    counting: 'Die Aufnahme beginnt gleich.',
    series: (nth, times) =>
      `Aufnahme ${nth} von ${times}. Sie beginnt und endet von selbst; der Knopf beendet die Reihe.`,
    capturing: 'Machen Sie jetzt die Geste, und drücken Sie danach auf „Stopp“.',
    capturingWaits: 'Warten auf das Netz. Sie können mit der Geste weitermachen.',
    closing: 'Die letzten Bilder sind unterwegs.',
    closingWaits: 'Warten auf das Netz. Die letzten Bilder sind noch hier.',
    endingSession: 'Die Kamera ist aus.',
  },

  delivered: {
    awaited: 'Die Bewegung der Hände wird ermittelt.',
    shown: 'Unten sehen Sie die Bewegung der Hände.',
    unlooked: 'Die Aufnahme ist angekommen.',
    unavailable: 'Die Bewegung der Hände war nicht abrufbar. Die Aufnahme ist da.',
    faulty: 'Die Aufnahme ist angekommen, taugt aber vielleicht nicht.',
  },

  faults: {
    too_short: 'Sie ist kürzer als eine Sekunde.',
    few_pictures: 'Sie hat weniger als 8 Bilder pro Sekunde.',
    hole: 'Mehr als eine Sekunde lang hat sie kein Bild.',
    no_person: 'Es war niemand zu sehen. Ist jemand im Bild, und ist es hell genug?',
    no_hand: 'Es war keine Hand zu sehen. Waren die Hände im Bild?',
  },

  recordings: {
    strip: (intent) => (intent ? `Aufnahmen von „${intent}“` : 'Aufnahmen ohne Wort'),
    good: (nth) => `${nth}, gut`,
    faulty: (nth) => `${nth}, besser noch einmal`,
    awaited: (nth) => `${nth}, noch nicht ausgewertet`,
    heading: (intent, nth) => (intent ? `„${intent}“, Aufnahme ${nth}` : `Aufnahme ${nth}`),
    replay: 'Bewegung zeigen',
    stopReplay: 'Bewegung anhalten',
    discard: 'Verwerfen',
    sure: (nth) => `Aufnahme ${nth} verwerfen? Sie ist dann endgültig weg.`,
  },

  actions: {
    startSession: 'Sitzung beginnen',
    startNewSession: 'Neue Sitzung beginnen',
    startingSession: 'Die Sitzung beginnt …',
    samePerson: (known) => `Ja, es ist „${known}“`,
    otherPerson: (typed) => `Nein, „${typed}“ ist jemand anderes`,
    endSession: 'Sitzung beenden',
    endSessionAgain: 'Noch einmal beenden',
    startPreview: 'Kamera einschalten',
    startPreviewAgain: 'Kamera noch einmal versuchen',
    startingPreview: 'Die Kamera geht an …',
    stopPreview: 'Kamera aus',
    record: 'Aufnehmen',
    recordAgain: 'Noch eine Aufnahme',
    recordSeries: (times) => `${times}-mal aufnehmen`,
    notYet: 'Noch nicht',
    stop: 'Stopp',
    tryAgain: 'Noch einmal versuchen',
  },

  picture_faults: {
    covered: 'Das Bild ist dunkel oder verdeckt. Ist etwas vor der Kamera, oder fehlt Licht?',
    still: 'Das Bild bewegt sich nicht. Bleibt das so, schalten Sie die Kamera aus und wieder ein.',
  },

  camera: (number) => `Kamera ${number}`,

  numbers: {
    delivered: 'Bilder angekommen',
    sent: 'Bilder gesendet',
    rate: (pictures_a_second) => decimal(pictures_a_second, 1),
    bytes: (bytes) => `${decimal(bytes / 1e6, 1)} MB`,
  },

  result: {
    delivered: (frames, confirmed) => `${bilder(frames)}${confirmed ? ', vom Server bestätigt' : ''}.`,
    skipped: (frames) => `${count(frames, { one: 'wurde', other: 'wurden' })} ausgelassen, um mitzuhalten.`,
  },

  movement: {
    awaited: 'Die Bewegung der Hände wird ermittelt …',
    looking: (processed, frames) => `Die Bewegung der Hände wird ermittelt: ${processed} von ${bildern(frames)}`,
    unlooked: 'Dieser Server sucht nicht nach Händen, deshalb ist keine Bewegung zu sehen.',
    unavailable: 'Die Bewegung der Hände war nicht abrufbar. Die Aufnahme selbst ist angekommen.',
    leftHand: 'Linke Hand',
    rightHand: 'Rechte Hand',
    notSeen: (hand) => `${hand}: nicht zu sehen.`,
    seen: (hand, seen, frames) => `${hand}: in ${seen} von ${bildern(frames)}.`,
    fastest: (hand, seen, frames, seconds) =>
      `${hand}: in ${seen} von ${bildern(frames)}, am schnellsten bei ${decimal(seconds, 1)} s.`,
    fast: 'schnell',
    still: 'still',
    second: (seconds) => `${seconds} s`,
  },

  problems: {
    session_start: {
      headline: 'Die Sitzung hat nicht begonnen',
      lost: 'Es wurde nichts aufgenommen, und nichts ist verloren.',
    },
    session_end: { headline: 'Die Sitzung ist noch nicht beendet', lost: 'Nichts ist verloren. Die Kamera ist aus.' },
    camera: { headline: 'Die Kamera geht nicht', lost: 'Nichts ist verloren.' },
    recording: {
      headline: 'Die Aufnahme hat nicht geklappt',
      lost: 'Diese Aufnahme wurde nicht behalten. Frühere Aufnahmen sind nicht betroffen.',
    },
    discard: { headline: 'Die Aufnahme wurde nicht verworfen', lost: 'Sie ist noch da.' },
  },

  explain: (code) => EXPLANATIONS[code],

  own_problems: {
    name_refused:
      'Der Server kann diesen Namen nicht verwenden. Bitte wählen Sie einen anderen, mit höchstens 128 Buchstaben oder Ziffern.',
    page_hidden:
      'Die Seite wurde während der Aufnahme verlassen, deshalb ist die Aufnahme beendet. Bitte lassen Sie die Seite im Vordergrund und nehmen Sie noch einmal auf.',
    page_failed: 'Diese Seite hat einen Fehler gemacht. Bitte laden Sie sie neu. Kommt er wieder, melden Sie ihn.',
  },
};
