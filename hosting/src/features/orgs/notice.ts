/** Words for the next page of the organisation, e.g. after a removal. */
import { noticeBoard } from '../../app/notice.ts';

export const { leaveNotice, useNotice } = noticeBoard<string>();
