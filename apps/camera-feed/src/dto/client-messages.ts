import type { CaptureClientMessage } from '@a3cp/capture-protocol';
import type { Type } from '@nestjs/common';
import { CaptureCloseDto } from './capture-close.dto.js';
import { CaptureFrameMetaDto } from './capture-frame-meta.dto.js';
import { CaptureOpenDto } from './capture-open.dto.js';

/** What each text message of a client must be, by its `event`. PROTOCOL.md, "Messages". */
export const CLIENT_MESSAGE_DTOS: Readonly<Record<CaptureClientMessage['event'], Type<object>>> = {
  'capture.open': CaptureOpenDto,
  'capture.frame_meta': CaptureFrameMetaDto,
  'capture.close': CaptureCloseDto,
};
