import { RunningCaptureMessageDto } from './running-capture-message.dto.js';
import { IsPositiveInteger, IsTimestamp } from './wire-types.js';

/** PROTOCOL.md, "capture.frame_meta". */
export class CaptureFrameMetaDto extends RunningCaptureMessageDto {
  @IsPositiveInteger()
  seq!: number;

  @IsTimestamp()
  timestamp_frame!: Date;

  @IsPositiveInteger()
  byte_length!: number;
}
