import { malformedXml } from "./errors.ts";

/** A document as plain data: an array is a repeated element, `undefined` no element at all. */
export type XmlValue = string | number | boolean | undefined | readonly XmlValue[] | XmlObject;
export interface XmlObject {
  readonly [name: string]: XmlValue;
}

/** Which elements are read as lists, numbers and booleans; everything else is text or an object. */
export interface XmlShape {
  readonly lists?: readonly string[];
  readonly numbers?: readonly string[];
  readonly booleans?: readonly string[];
}

const HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** One document. `xmlns`, when given, goes on the root. */
export function writeXml(root: string, value: XmlValue, xmlns?: string): string {
  const attributes = xmlns === undefined ? "" : ` xmlns="${xmlns}"`;
  return `${HEADER}<${root}${attributes}>${content(value)}</${root}>`;
}

function content(value: XmlValue): string {
  if (value === undefined) return "";
  if (typeof value !== "object") return escape(String(value));
  return Object.entries(value).map(([name, child]) => element(name, child)).join("");
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join("");
  return `<${name}>${content(value)}</${name}>`;
}

function escape(text: string): string {
  // A carriage return would be read back as a line feed.
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;" };
  return text.replace(/[&<>"\r]/g, (character) => entities[character] ?? character);
}

/** The content of the document's root, which must be called `root`. Throws S3's `MalformedXML`. */
export function readXml(text: string, root: string, shape: XmlShape = {}): XmlObject {
  const reader = new Reader(text, shape);
  const value = reader.document(root);
  return typeof value === "object" && !Array.isArray(value) ? value as XmlObject : {};
}

const TOKEN = /<\?[^>]*\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([^\s/>]+)[^>]*?(\/?)>|([^<]+)/g;

class Reader {
  readonly #tokens: IterableIterator<RegExpMatchArray>;
  readonly #shape: XmlShape;

  constructor(text: string, shape: XmlShape) {
    this.#tokens = text.matchAll(TOKEN);
    this.#shape = shape;
  }

  document(root: string): XmlValue {
    for (const [, , close, name, empty] of this.#tokens) {
      if (name === undefined) continue;
      if (close || localName(name) !== root) break;
      return empty ? {} : this.#element(name);
    }
    throw malformedXml();
  }

  #element(open: string): XmlValue {
    const children: Record<string, XmlValue> = {};
    let text = "";
    for (const [, data, close, name, empty, plain] of this.#tokens) {
      if (name === undefined) text += data ?? (plain === undefined ? "" : unescape(plain));
      else if (!close) this.#add(children, localName(name), empty ? "" : this.#element(name));
      else if (name === open) return Object.keys(children).length > 0 ? children : this.#scalar(localName(open), text);
      else break;
    }
    throw malformedXml();
  }

  #add(children: Record<string, XmlValue>, name: string, value: XmlValue): void {
    const isList = this.#shape.lists?.includes(name) ?? false;
    children[name] = isList ? [...(children[name] as XmlValue[] | undefined ?? []), value] : value;
  }

  #scalar(name: string, text: string): XmlValue {
    if (this.#shape.numbers?.includes(name)) return wholeNumber(text);
    if (this.#shape.booleans?.includes(name)) return text.trim().toLowerCase() === "true";
    return text;
  }
}

function wholeNumber(text: string): number {
  if (!/^\s*-?\d+\s*$/.test(text)) throw malformedXml();
  return Number(text);
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function unescape(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (_, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }[String(name)] ?? "";
  });
}
