import { expect, it } from 'vitest';
import type { ChainLink } from '#shared/setup';
import { ChainDrawing } from '../../src/renderer/features/setup/chain-drawing.tsx';
import { render, textOf } from './render.tsx';

const LINK: ChainLink = {
  from: 'console',
  to: 'B',
  service: 'nfs',
  protocol: 'tcp',
  target: '192.0.2.12:12049',
  arrives: '10.0.0.12:2049',
  failsAt: null,
};
const drawn = (over: Partial<ChainLink>, result: 'pass' | 'fail', locale: 'en' | 'zh-CN' = 'en') =>
  render(<ChainDrawing chain={{ ...LINK, ...over }} result={result} />, locale);

it('draws a hop from who uses it, through the router, to where it arrives', () => {
  expect(textOf(drawn({}, 'pass'))).toMatch(/^console .*nfs · TCP NAT 192\.0\.2\.12:12049 B 10\.0\.0\.12:2049$/);
  expect(textOf(drawn({}, 'pass', 'zh-CN'))).toMatch(/^控制台 /);
  expect(textOf(drawn({ arrives: null }, 'pass'))).not.toContain('NAT');
});

it('marks the part that fails', () => {
  const marked = (html: string) => [...html.matchAll(/class="([^"]*)" data-result="fail"/g)].map(([, name]) => name);
  const [way] = marked(drawn({ failsAt: 'way' }, 'fail'));
  const [server] = marked(drawn({ failsAt: 'server' }, 'fail'));
  expect(way).toContain('hopWay');
  expect(server).toContain('hopEnd');
  expect(marked(drawn({ failsAt: 'server' }, 'fail'))).toHaveLength(1);
});
