import { describe, expect, it } from '@jest/globals';
import { IsInt, IsOptional, IsString, ValidateIf, ValidateNested, validateSync } from 'class-validator';
import fc from 'fast-check';
import { CaptureFrameMetaDto } from './capture-frame-meta.dto.js';
import { compileRules } from './compile-rules.js';

/** What the fields of a frame_meta may hold once they are picked: good values, and any other scalar. */
const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    '1.0.1',
    '6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c11',
    'c1',
    'image',
    new Date(0),
    1,
    null,
    undefined,
  ),
  fc.oneof(fc.string({ maxLength: 140 }), fc.integer(), fc.double(), fc.boolean()),
);

const GOOD = {
  schema_version: '1.0.1',
  record_id: '6f1f7c0e-5d0b-4b53-9a55-6f3f9f6f0c11',
  capture_id: 'c1',
  timestamp: new Date(0),
  seq: 1,
  timestamp_frame: new Date(0),
  byte_length: 1_000,
};

const FIELDS = [...Object.keys(GOOD), 'user_id', 'session_id', 'modality', 'source', 'performer_id', 'annotation'];

describe('the compiled rules', () => {
  it('find an object without fault exactly when validateSync does', () => {
    const isFrameMeta = compileRules(CaptureFrameMetaDto);
    let passed = 0;
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...FIELDS), scalar, { maxKeys: 3 }), (values) => {
        const dto = Object.assign(new CaptureFrameMetaDto(), GOOD, values);
        const valid = validateSync(dto).length === 0;
        passed += Number(valid);
        expect(isFrameMeta(dto)).toBe(valid);
      }),
      { numRuns: 1_000 },
    );
    expect(passed).toBeGreaterThan(0);
  });

  it('know conditions', () => {
    class Conditional {
      @IsOptional()
      @IsString()
      text?: string | null;

      @ValidateIf(({ text }: Conditional) => text === 'counted')
      @IsInt()
      count: unknown;
    }
    const passes = compileRules(Conditional);
    const of = (text: unknown, count: unknown): Conditional => Object.assign(new Conditional(), { text, count });
    expect(passes(of(null, 'many'))).toBe(true);
    expect(passes(of('counted', 'many'))).toBe(false);
    expect(passes(of('counted', 3))).toBe(true);
    expect(passes(of(7, 3))).toBe(false);
  });

  it('refuse to be compiled of what they do not know', () => {
    class Nested {
      @ValidateNested()
      inner: unknown;
    }
    class Each {
      @IsString({ each: true })
      texts: unknown;
    }
    expect(() => compileRules(Nested)).toThrow('inner has a rule of a kind that is not compiled');
    expect(() => compileRules(Each)).toThrow('texts has a rule of a kind that is not compiled');
  });
});
