/** The element of that id in index.html. Throws if it is not there, or of another class. */
export function byId<Class extends Element>(id: string, of: new () => Class): Class {
  const element = document.getElementById(id);
  if (!(element instanceof of)) throw new Error(`index.html has no ${of.name} #${id}`);
  return element;
}

/** Sets an element's text where it is another, so that a live region says nothing twice. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
