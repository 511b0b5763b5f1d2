/** An attribute; offsets are bytes of the file. */
export interface XmlAttribute {
  name: string;
  /** The value between its quotes. */
  from: number;
  to: number;
  quote: '"' | "'";
}

/** A stretch of an element's own text and CDATA sections, which nothing interrupts, without white space at its ends. */
export interface TextRun {
  from: number;
  to: number;
}

export interface XmlElement {
  name: string;
  parent: XmlElement | null;
  /** Its `<`. */
  from: number;
  /** After the `>` of its start tag. */
  startTagTo: number;
  /** After its end tag. */
  to: number;
  /** `<a/>` */
  isSelfClosed: boolean;
  attributes: XmlAttribute[];
  children: XmlElement[];
  /** None where it has no text but white space; more than one where a comment, an instruction or a child is between. */
  runs: TextRun[];
}
