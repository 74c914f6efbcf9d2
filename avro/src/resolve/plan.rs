//! Turning the writer's bytes into the reader's.

use super::graph::Promotion;
use super::shape::{DEPTH, Shapes};
use super::{Mismatch, lossy};
use crate::codec::{DecodeError, Reader, write};
use crate::schema::TypeId;

/// How a reader's schema reads what was written with a writer's.
#[derive(Debug)]
pub struct Plan {
    pub(super) ops: Box<[Op]>,
    pub(super) shapes: Shapes,
    pub(super) root: OpId,
    pub(super) is_identity: bool,
    pub(super) reasons: Vec<Mismatch>,
}

pub(super) type OpId = usize;

#[derive(Debug)]
pub(super) enum Op {
    Copy(TypeId),
    Promote(Promotion),
    Symbols(Box<[Result<usize, DecodeError>]>),
    Items {
        item: OpId,
        min_size: usize,
        keyed: bool,
    },
    Branches(Box<[OpId]>),
    Into {
        branch: usize,
        action: OpId,
    },
    Record(Box<[Step]>),
    Reordered {
        fields: Box<[TypeId]>,
        parts: Box<[Part]>,
    },
    Fail(DecodeError),
}

/// A step through a record whose fields keep their order.
#[derive(Debug)]
pub(super) enum Step {
    Copy(Vec<TypeId>),
    Drop(Vec<TypeId>),
    Emit(Vec<u8>),
    Run(OpId),
}

/// A field of the reader's, in a record whose fields change their order.
#[derive(Debug)]
pub(super) enum Part {
    Field { at: usize, action: OpId },
    Default(Box<[u8]>),
}

impl Plan {
    /// Whether the reader's bytes are the writer's: nothing needs to be done.
    pub fn is_identity(&self) -> bool {
        self.is_identity
    }

    /// Appends to `out` what `writer_bytes`, one datum of the writer, are in the
    /// reader's schema. Values that are copied are checked as far as is needed to
    /// find their end; decoding checks the rest. After an error, what `out` has got
    /// is of no use.
    ///
    /// # Errors
    /// Bytes that are no datum of the writer's schema; after
    /// [`resolve_lazily`](super::resolve_lazily), values that the reader cannot hold.
    pub fn transcode(&self, writer_bytes: &[u8], out: &mut Vec<u8>) -> Result<(), DecodeError> {
        out.reserve(writer_bytes.len() + 64);
        let mut reader = Reader::with_depth(writer_bytes, DEPTH);
        let mut run = Run {
            plan: self,
            out,
            offsets: Vec::new(),
        };
        run.op(self.root, &mut reader)?;
        reader.finish()
    }

    /// The mismatch behind an error of [`transcode`](Self::transcode), if that is
    /// [`DecodeError::Unreadable`].
    pub fn reason(&self, error: DecodeError) -> Option<&Mismatch> {
        match error {
            DecodeError::Unreadable { reason } => self.reasons.get(reason as usize),
            _ => None,
        }
    }
}

struct Run<'p, 'o> {
    plan: &'p Plan,
    out: &'o mut Vec<u8>,
    /// Bytes left before each field of the records that are being reordered.
    offsets: Vec<usize>,
}

impl Run<'_, '_> {
    fn op(&mut self, id: OpId, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let plan = self.plan;
        match &plan.ops[id] {
            Op::Copy(shape) => plan
                .shapes
                .copy_all(std::slice::from_ref(shape), r, self.out),
            Op::Record(steps) => r.nested(|r| steps.iter().try_for_each(|step| self.step(step, r))),
            Op::Items {
                item,
                min_size,
                keyed,
            } => r.nested(|r| self.items(*item, *min_size, *keyed, r)),
            Op::Branches(actions) => {
                let branch = r.index(actions.len())?;
                self.op(actions[branch], r)
            }
            Op::Into { branch, action } => {
                write::index(*branch, self.out);
                self.op(*action, r)
            }
            Op::Symbols(symbols) => {
                let symbol = r.index(symbols.len())?;
                write::index(symbols[symbol]?, self.out);
                Ok(())
            }
            Op::Reordered { fields, parts } => r.nested(|r| self.reordered(fields, parts, r)),
            Op::Promote(promotion) => promote(*promotion, r, self.out),
            Op::Fail(error) => Err(*error),
        }
    }

    #[inline]
    fn step(&mut self, step: &Step, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        match step {
            Step::Copy(shapes) => self.plan.shapes.copy_all(shapes, r, self.out),
            Step::Drop(shapes) => self.plan.shapes.skip_all(shapes, r),
            Step::Emit(bytes) => {
                self.out.extend_from_slice(bytes);
                Ok(())
            }
            Step::Run(action) => self.op(*action, r),
        }
    }

    fn items(
        &mut self,
        item: OpId,
        min_size: usize,
        keyed: bool,
        r: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        loop {
            let count = r.block(min_size)?;
            write::block(count, self.out);
            if count == 0 {
                return Ok(());
            }
            for _ in 0..count {
                if keyed {
                    write::bytes(r.bytes()?, self.out);
                }
                self.op(item, r)?;
            }
        }
    }

    fn reordered(
        &mut self,
        fields: &[TypeId],
        parts: &[Part],
        r: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        let all = r.rest();
        let base = self.offsets.len();
        let mut scout = r.clone();
        for field in fields {
            self.offsets.push(all.len() - scout.remaining());
            self.plan.shapes.skip(*field, &mut scout)?;
        }
        for part in parts {
            match part {
                Part::Field { at, action } => {
                    r.seek(&all[self.offsets[base + at]..]);
                    self.op(*action, r)?;
                }
                Part::Default(bytes) => self.out.extend_from_slice(bytes),
            }
        }
        self.offsets.truncate(base);
        r.seek(scout.rest());
        Ok(())
    }
}

fn promote(promotion: Promotion, r: &mut Reader<'_>, out: &mut Vec<u8>) -> Result<(), DecodeError> {
    match promotion {
        Promotion::IntToFloat => write::float(r.int()? as f32, out),
        Promotion::IntToDouble => write::double(f64::from(r.int()?), out),
        Promotion::LongToFloat => write::float(r.long()? as f32, out),
        Promotion::LongToDouble => write::double(r.long()? as f64, out),
        Promotion::FloatToDouble => write::double(f64::from(r.float()?), out),
        // As in Java, bytes that are no UTF-8 are read with replacement characters.
        Promotion::BytesToString => {
            write::string(&lossy::text(r.bytes()?), out);
        }
    }
    Ok(())
}
