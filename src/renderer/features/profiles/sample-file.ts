/** More than any configuration file of a site; the transport takes no more in one message. */
const MAX_BYTES = 1_400_000;

export interface SampleFile {
  file: string;
  /** Base64: the file may be in any encoding. */
  content: string;
}

/** A file that was chosen, as main takes it; null: it is too large. Rejects with DOMException where it cannot be read. */
export async function sampleOf(file: File): Promise<SampleFile | null> {
  if (file.size > MAX_BYTES) return null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return { file: file.name.slice(0, 255), content: btoa(text) };
}
