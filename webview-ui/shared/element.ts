type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string | undefined | false;

/** Makes an element. Text goes in as text, never as markup; `undefined` and `false` leave an attribute or a child out. */
export function element<K extends keyof HTMLElementTagNameMap>(name: K, attributes?: Attributes, ...children: readonly Child[]): HTMLElementTagNameMap[K];
export function element(name: string, attributes?: Attributes, ...children: readonly Child[]): HTMLElement;
export function element(name: string, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}
