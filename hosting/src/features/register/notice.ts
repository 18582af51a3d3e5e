/** What to say on the next person page. */
import { noticeBoard } from '../../app/notice.ts';

export const { leaveNotice, useNotice } = noticeBoard<'saved' | 'added'>();
