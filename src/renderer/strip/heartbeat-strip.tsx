import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { useWords } from '#renderer/i18n';
import { BEAT_WINDOW_MS, type BeatStore, useNow } from '#renderer/state';
import { BEAT_CODES } from '#shared/contract';
import { type Beats, latestRuns, nearestBeat, type Span, worstPerColumn } from './columns.ts';
import styles from './heartbeat-strip.module.css';
import { paintStrip, stripColours } from './paint.ts';

interface HeartbeatStripProps {
  store: BeatStore;
  instance: string;
  beatIntervalMs: number;
}

/** A beat stands for the time until the next one, at most for this many intervals. */
const COVER_INTERVALS = 2.5;
const TABLE_RUNS = 20;

/** The last five minutes of an instance's heartbeats, with a cursor for pointer and keyboard. */
export function HeartbeatStrip({ store, instance, beatIntervalMs }: HeartbeatStripProps) {
  const { t, f } = useWords();
  const nowMs = useNow();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [cursorMs, setCursorMs] = useState<number | null>(null);
  const [width, setWidth] = useState(0);
  const [, setArrivals] = useState(0);
  const beats = store.ring(instance);
  const span: Span = { fromMs: nowMs - BEAT_WINDOW_MS, toMs: nowMs };

  useEffect(() => store.onBeats(() => setArrivals((count) => count + 1)), [store]);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // Draws once a frame at most, whenever beats came or a second passed. The theme is read from the style sheet.
  useEffect(() => {
    const element = canvas.current;
    if (!element || width === 0) return;
    const frame = requestAnimationFrame(() => draw(element, beats, nowMs, beatIntervalMs * COVER_INTERVALS, cursorMs));
    return () => cancelAnimationFrame(frame);
  });

  const index = cursorMs === null ? -1 : nearestBeat(beats, cursorMs);
  const readout = index < 0 ? null : readBeat(index);

  function readBeat(at: number): string {
    const reply = BEAT_CODES[beats.code(at)] ?? 'ok';
    const latencyMs = beats.latencyMs(at);
    const parts = [f.time(beats.atMs(at)), t(`screen.reply.${reply}`)];
    if (!Number.isNaN(latencyMs)) parts.push(f.duration(latencyMs));
    return parts.join(' · ');
  }
  function moveTo(at: number) {
    const clamped = Math.min(Math.max(at, 0), beats.size - 1);
    if (beats.size > 0) setCursorMs(beats.atMs(clamped));
  }
  function onKeyDown(event: KeyboardEvent) {
    const last = beats.size - 1;
    const from = index < 0 ? last + 1 : index;
    const targets: Record<string, number> = {
      ArrowLeft: from - 1,
      ArrowRight: from + 1,
      PageUp: from - 10,
      PageDown: from + 10,
      Home: beats.indexAt(span.fromMs),
      End: last,
    };
    if (event.key === 'Escape') setCursorMs(null);
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    moveTo(target);
  }
  function onPointerMove(event: PointerEvent<HTMLDivElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    setCursorMs(span.fromMs + ((event.clientX - box.left) / box.width) * BEAT_WINDOW_MS);
  }

  return (
    <figure className={styles.strip}>
      <div
        className={styles.canvasBox}
        role="slider"
        tabIndex={0}
        aria-label={t('screen.strip.label', { instance })}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, beats.size - 1)}
        aria-valuenow={index < 0 ? Math.max(0, beats.size - 1) : index}
        aria-valuetext={readout ?? t('screen.strip.hint')}
        onKeyDown={onKeyDown}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setCursorMs(null)}
        onBlur={() => setCursorMs(null)}
      >
        <canvas ref={canvas} className={styles.canvas} />
      </div>
      <figcaption className={styles.caption}>
        <span>{t('screen.strip.start')}</span>
        <span className={styles.readout}>{readout}</span>
        <span>{t('screen.strip.end')}</span>
      </figcaption>
      <RunTable beats={beats} instance={instance} span={span} />
    </figure>
  );
}

function draw(element: HTMLCanvasElement, beats: Beats, nowMs: number, coverMs: number, cursorMs: number | null) {
  const context = element.getContext('2d');
  if (!context) return;
  const scale = window.devicePixelRatio || 1;
  const width = Math.round(element.clientWidth * scale);
  const height = Math.round(element.clientHeight * scale);
  if (element.width !== width) element.width = width;
  if (element.height !== height) element.height = height;
  const span: Span = { fromMs: nowMs - BEAT_WINDOW_MS, toMs: nowMs };
  const columns = worstPerColumn(beats, span, width, coverMs);
  const cursorX = cursorMs === null ? null : Math.round(((cursorMs - span.fromMs) / BEAT_WINDOW_MS) * width);
  paintStrip(context, columns, height, stripColours(element), cursorX);
}

/** What the canvas shows, in rows, for those who do not see it. */
function RunTable({ beats, instance, span }: { beats: Beats; instance: string; span: Span }) {
  const { t, f } = useWords();
  return (
    <table className="visually-hidden">
      <caption>{t('screen.strip.table', { instance })}</caption>
      <thead>
        <tr>
          <th>{t('screen.strip.from')}</th>
          <th>{t('screen.strip.to')}</th>
          <th>{t('screen.strip.reply')}</th>
          <th>{t('screen.strip.count')}</th>
        </tr>
      </thead>
      <tbody>
        {latestRuns(beats, span, TABLE_RUNS).map((run) => (
          <tr key={run.toMs}>
            <td>{f.time(run.fromMs)}</td>
            <td>{f.time(run.toMs)}</td>
            <td>{t(`screen.reply.${BEAT_CODES[run.code] ?? 'ok'}`)}</td>
            <td>{run.count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
