import { useEffect, useRef, useState } from 'react';
import { useWords } from '#renderer/i18n';
import { goTo, pairHref } from '#renderer/places';
import { useAppInfo, useLatestNotice } from '#renderer/state';
import type { NoticeView } from '#shared/contract';
import { isNews } from './notices.ts';

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
  const notice = useLatestNotice();
  const seen = useRef<NoticeView | null | undefined>(undefined);

  useEffect(() => {
    const before = seen.current;
    seen.current = notice ?? before;
    if (!served || !notice || !isNews(notice, before, Date.now())) return;
    if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
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
  }, [served, notice, say]);
}
