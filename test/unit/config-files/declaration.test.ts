import { describe, expect, it } from 'vitest';
import { parseDocument, readFields } from '#main/config-files';
import { fixtureDocument, profileNamed } from '#test/config-fixtures';

describe('a file that says GBK and is UTF-8', () => {
  const keys = (content: Uint8Array) =>
    readFields(parseDocument(content, 'f.xml'), profileNamed('attributes'))
      .findings.filter(({ severity }) => severity === 'warning')
      .map(({ said }) => said.key);

  it('is warned of, where that is no chance', () => {
    // These bytes are characters of GBK as well: 娴嬭瘯.
    const text = (comment: string) => Buffer.from(`<?xml version="1.0" encoding="GBK"?><todb><!--${comment}--></todb>`);
    expect(keys(text('测试测试测试测试'))).toEqual(['configFile.otherEncodingLikely']);
    expect(keys(text('测试'))).toEqual([]);
    expect(keys(fixtureDocument('Todb_mt-01.gbk.xml').bytes)).toEqual([]);
    expect(keys(fixtureDocument('Todb_mt-01.utf8-bom-crlf.xml').bytes)).toEqual([]);
  });
});
