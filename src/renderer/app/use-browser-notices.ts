import { useEffect, useRef, useState } from 'react';
import { useWords } from '#renderer/i18n';
import { goTo, pairHref } from '#renderer/places';
import { useAppInfo, useLatestNotices } from '#renderer/state';
import type { NoticeView } from '#shared/contract';
import type { Message } from '#shared/domain';
import { newsAmong } from './notices.ts';

/** The browser's permission, and the asking for it: by a button, never by itself. */
export function useNotificationPermission() {
  const [permission, setPermission] = useState<NotificationPermission | 'unsupported'>(() =>
    typeof Notification === 'undefined' ? 'unsupported' : Notification.permission,
  );
  return { permission, ask: () => void Notification.requestPermission().then(setPermission) };
}

/** Shows notices through the browser in the served shell; under Electron main shows them. */
export function useBrowserNotices(): void {
  const { say } = useWords();
  const served = useAppInfo()?.shell === 'served';
  const notices = useLatestNotices();
  const known = useRef<NoticeView | undefined>(undefined);

  useEffect(() => {
    const news = newsAmong(notices ?? [], known.current, Date.now());
    known.current = notices?.[0] ?? known.current;
    if (!served || typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
    for (const notice of news) show(notice, say);
  }, [served, notices, say]);
}

function show(notice: NoticeView, say: (message: Message) => string): void {
  const shown = new Notification(say(notice.title), {
    body: say(notice.body),
    tag: `kuantu-${notice.pairKey}`,
    requireInteraction: notice.critical,
  });
  shown.onclick = () => {
    window.focus();
    goTo(pairHref(notice.pairKey));
    shown.close();
  };
}
