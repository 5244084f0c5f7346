// Runs the script of the /docs page on the document, with the least of a DOM, and prints what it shows as text.
import { readFileSync } from 'node:fs';

const [page, openapi] = process.argv.slice(2).map(path => readFileSync(path, 'utf8'));

class Element {
  constructor(name) { Object.assign(this, { name, attributes: {}, children: [] }); }
  setAttribute(name, value) { this.attributes[name] = String(value); }
  append(...children) {
    if (children.some(child => child === undefined || child === null)) throw new Error(`nothing was appended to ${this.name}`);
    this.children.push(...children);
  }
  replaceChildren(...children) { this.children = []; this.append(...children); }
  scrollIntoView() {}
  get text() { return this.children.map(child => child.text ?? child).join(' '); }
  get ids() { return [this.attributes.id, ...this.children.flatMap(child => child.ids ?? [])].filter(Boolean); }
}

const parts = { nav: new Element('nav'), main: new Element('main') };
globalThis.document = {
  createElement: name => new Element(name),
  querySelector: name => parts[name],
  getElementById: () => null,
};
globalThis.location = { origin: 'https://api.example', hash: '' };
globalThis.fetch = async () => ({ ok: true, json: async () => JSON.parse(openapi) });
new Function(page.match(/<script>(.*)<\/script>/s)[1])();
await new Promise(resolve => setImmediate(resolve));
console.log(JSON.stringify({ ids: parts.main.ids, text: parts.main.text }));
