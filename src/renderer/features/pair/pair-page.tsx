import { useEffect, useRef, useState } from 'react';
import { Panel } from '#renderer/components';
import { ApprovalBanner } from '#renderer/features/approval';
import { ChecksPanel } from '#renderer/features/checks';
import { AsideBanners, DataPanel, withData } from '#renderer/features/data';
import { EventTable } from '#renderer/features/events';
import { PracticePanel, TwinPanel } from '#renderer/features/practice';
import { DryRunDialog, PromoteDialog, SwitchoverPanel } from '#renderer/features/switchover';
import { useWords } from '#renderer/i18n';
import { moveOn, OVERVIEW, pairHref } from '#renderer/places';
import { freshnessOf, useBeats, useLatestEvents, useLinkState, useNow, usePair, usePairChecks } from '#renderer/state';
import type { PairView } from '#shared/contract';
import { STATUS_CODES } from '#shared/domain';
import { ForesightPanel } from './foresight-panel.tsx';
import { GuardsPanel } from './guards-panel.tsx';
import { InstancePanel } from './instance-panel.tsx';
import { MaintenancePanel } from './maintenance-panel.tsx';
import { OptionsPanel } from './options-panel.tsx';
import { PairHeader } from './pair-header.tsx';
import styles from './pair-page.module.css';
import { PolicyPanel } from './policy-panel.tsx';
import { RoutePanel } from './route-panel.tsx';

/** A switchover that ended longer ago has its place below, not above everything else. */
const SWITCHOVER_ON_TOP_MS = 10 * 60_000;

/** Whether the last switchover is what matters now: it runs, or was just now and nothing worse came after it. */
function mattersNow({ tile, switchover }: PairView, nowMs: number): boolean {
  if (switchover === null) return false;
  const { outcome, endedAtMs } = switchover;
  if (outcome === 'running' || endedAtMs === null) return true;
  if (outcome === 'done' && tile.severity === 'p1' && tile.sinceMs > endedAtMs) return false;
  return nowMs - endedAtMs < SWITCHOVER_ON_TOP_MS;
}

/** The old primary, where it has become a standby that could take over again; null: there is no way back. */
function wayBack({ switchover, instances, route }: PairView): string | null {
  if (switchover?.outcome !== 'done' || route?.instance !== switchover.to) return null;
  const old = instances.find(({ name }) => name === switchover.from);
  const isReady = old?.role === 'standby' && old.status === STATUS_CODES.loading && old.verdict === 'alive';
  return isReady ? old.name : null;
}

const EVENTS_SHOWN = 12;

/** A pair's page, whether or not there is such a pair. */
export function PairPage({ pairKey, promote = null }: { pairKey: string; promote?: string | null }) {
  const { t } = useWords();
  const pair = usePair(pairKey);
  if (pair === undefined) return <h1 className={styles.waiting}>{t('screen.waiting')}</h1>;
  if (pair === null)
    return (
      <div className={styles.waiting}>
        <h1>{t('screen.pair.none')}</h1>
        <p>
          <a href={OVERVIEW}>{t('screen.pair.back')}</a>
        </p>
      </div>
    );
  return <Pair key={pairKey} pair={pair} pairKey={pairKey} asked={promote} />;
}

interface PairProps {
  pair: PairView;
  pairKey: string;
  /** The instance that the address asks to promote. */
  asked: string | null;
}

function Pair({ pair, pairKey, asked }: PairProps) {
  const { t } = useWords();
  const nowMs = useNow();
  const beats = useBeats(pairKey);
  const lostAtMs = useLinkState((link) => link.lostAtMs);
  const [promoting, setPromoting] = useState(asked);
  const [rehearsed, setRehearsed] = useState<string | null>(null);
  const [begun, setBegun] = useState<string | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const checks = useRef<HTMLDivElement>(null);
  const readiness = usePairChecks(pairKey)?.run?.readiness;
  const { tile, switchover } = pair;
  const freshness = freshnessOf(tile, nowMs, lostAtMs);
  const running = switchover?.outcome === 'running';
  const onTop = mattersNow(pair, nowMs);
  const keepsData = withData(pair).length > 0;
  const promotable = !running && lostAtMs === null;
  useEffect(() => setPromoting(asked), [asked]);

  const back = wayBack(pair);
  const onSwitchBack = back !== null && promotable ? () => setPromoting(back) : undefined;

  // Asked and answered: the address is the page's own again, so that coming back to it does not ask once more.
  function answered() {
    setPromoting(null);
    if (asked) moveOn(pairHref(pairKey));
  }

  // The operator who has begun a switchover is taken to where it is shown.
  const arrived = begun !== null && switchover?.operationId === begun;
  useEffect(() => {
    if (!arrived) return;
    heading.current?.focus();
    heading.current?.scrollIntoView({ block: 'nearest' });
  }, [arrived]);

  function goToChecks() {
    checks.current?.focus({ preventScroll: true });
    checks.current?.scrollIntoView({ block: 'start' });
  }

  return (
    <div className={styles.page}>
      <PairHeader
        pair={pair}
        freshness={freshness}
        promotable={promotable}
        onPromote={setPromoting}
        onChecks={readiness === 'not-ready' ? goToChecks : null}
      />
      <ApprovalBanner pair={pair} onBegun={setBegun} />
      <OptionsPanel pair={pair} promotable={promotable} onPromote={setPromoting} />
      {onTop && switchover ? (
        <SwitchoverPanel
          switchover={switchover}
          load={pair.instances.find(({ name }) => name === switchover.to)?.data?.load ?? null}
          keepsData={keepsData}
          onSwitchBack={onSwitchBack}
          headingRef={heading}
        />
      ) : null}
      <AsideBanners pair={pair} />
      <div className={styles.columns}>
        <div className={styles.instances} data-dim={freshness !== 'live'}>
          {pair.instances.map((instance) => (
            <InstancePanel
              key={instance.name}
              instance={instance}
              pair={pair}
              beats={beats}
              promotable={promotable}
              onPromote={() => setPromoting(instance.name)}
              onDryRun={() => setRehearsed(instance.name)}
            />
          ))}
        </div>
        <div className={styles.data} data-dim={freshness !== 'live'}>
          <DataPanel pair={pair} />
        </div>
        <div className={styles.side}>
          {tile.practice ? <PracticePanel /> : null}
          <PolicyPanel pair={pair} />
          {pair.foresight ? <ForesightPanel foresight={pair.foresight} /> : null}
          <MaintenancePanel pair={pair} />
          <GuardsPanel pair={pair} />
          <RoutePanel pair={pair} />
          {tile.practice ? null : <TwinPanel pairKey={pairKey} />}
        </div>
        <div className={styles.below}>
          {switchover && !onTop ? (
            <SwitchoverPanel switchover={switchover} keepsData={keepsData} onSwitchBack={onSwitchBack} />
          ) : null}
          <div ref={checks} tabIndex={-1} className={styles.checks}>
            <ChecksPanel pair={pair} />
          </div>
          <Panel title={t('screen.events.title')}>
            <PairEvents pairKey={pairKey} />
          </Panel>
        </div>
      </div>
      {rehearsed ? <DryRunDialog tile={tile} to={rehearsed} onClose={() => setRehearsed(null)} /> : null}
      {promoting && pair.instances.some(({ name }) => name === promoting) ? (
        <PromoteDialog
          tile={tile}
          to={promoting}
          onClose={answered}
          onBegun={(operationId) => {
            answered();
            setBegun(operationId);
          }}
        />
      ) : null}
    </div>
  );
}

function PairEvents({ pairKey }: { pairKey: string }) {
  const events = useLatestEvents();
  return <EventTable events={(events ?? []).filter((event) => event.pairKey === pairKey)} limit={EVENTS_SHOWN} />;
}
