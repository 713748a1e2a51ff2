import { RunningCaptureMessageDto } from './running-capture-message.dto.js';
import { IsTimestamp } from './wire-types.js';

/** PROTOCOL.md, "capture.close". */
export class CaptureCloseDto extends RunningCaptureMessageDto {
  @IsTimestamp()
  timestamp_end!: Date;
}
