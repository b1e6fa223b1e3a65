//! Writing states as JSON: the same bytes that `serde_json` makes of them, in a fraction of the time. Who asks for
//! every track of a log waits for little as long as for this.

use std::borrow::Cow;
use std::collections::BTreeMap;

use demarche_core::jsonl::{write_list, write_text};
use demarche_core::{ActorId, EventId, TrackId, TrackKind};

use super::{DisputeView, MeetingView, TrackView};
use crate::Status;

/// What has a JSON form.
trait Json {
    fn write(&self, out: &mut Vec<u8>);
}

impl Json for str {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }
}

impl<T: Json + ?Sized> Json for &T {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }
}

impl<T: Json + ToOwned + ?Sized> Json for Cow<'_, T> {
    fn write(&self, out: &mut Vec<u8>) {
        (**self).write(out);
    }
}

/// Names and words, which are texts.
macro_rules! texts {
    ($($type:ident),+) => { $(
        impl Json for $type {
            fn write(&self, out: &mut Vec<u8>) {
                self.as_str().write(out);
            }
        }
    )+ };
}

texts!(ActorId, TrackId, TrackKind, Status);

impl Json for EventId {
    fn write(&self, out: &mut Vec<u8>) {
        self.encode(&mut Self::buffer()).write(out);
    }
}

impl Json for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

impl Json for usize {
    fn write(&self, out: &mut Vec<u8>) {
        // Writing to a vector can't fail, and a number always has a JSON form.
        let _ = serde_json::to_writer(out, self);
    }
}

impl<T: Json> Json for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

impl<T: Json> Json for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        write_list(self, out, T::write);
    }
}

impl<T: Json> Json for BTreeMap<Status, T> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (at, (key, value)) in self.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            key.write(out);
            out.push(b':');
            value.write(out);
        }
        out.push(b'}');
    }
}

/// Objects: a field that the type has and the list lacks does not compile. What is left out where it is none comes
/// last.
macro_rules! object {
    ($type:ident { $first:ident $(, $field:ident)* $(; $optional:ident)? }) => {
        fn write(&self, out: &mut Vec<u8>) {
            let $type { $first $(, $field)* $(, $optional)? } = self;
            out.extend_from_slice(concat!("{\"", stringify!($first), "\":").as_bytes());
            $first.write(out);
            $(
                out.extend_from_slice(concat!(",\"", stringify!($field), "\":").as_bytes());
                $field.write(out);
            )*
            $(
                if let Some(value) = $optional {
                    out.extend_from_slice(concat!(",\"", stringify!($optional), "\":").as_bytes());
                    value.write(out);
                }
            )?
            out.push(b'}');
        }
    };
}

impl Json for TrackView<'_> {
    object!(TrackView {
        track, title, kind, parties, status, since, decided_by, evidence, next, meetings_held, last_held,
        open_proposals, last_activity, last_progress, sources, events, said_by, silent, contested, rule; descendants
    });
}

impl Json for MeetingView<'_> {
    object!(MeetingView { meeting, when, venue });
}

impl Json for DisputeView {
    object!(DisputeView { claim, denied_by, set_aside });
}

impl TrackView<'_> {
    /// Writes it as JSON behind what there is, to the same bytes as `serde_json`.
    ///
    /// ```
    /// # use demarche_projection::{Fold, Query};
    /// # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
    /// # let fold = Fold::of([demarche_core::codec::decode(line).unwrap()]).unwrap();
    /// let view = &fold.states(&Query::default())[0];
    /// let mut json = Vec::new();
    /// view.view().write_json(&mut json);
    /// assert_eq!(json, serde_json::to_vec(&view.view())?);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn write_json(&self, out: &mut Vec<u8>) {
        self.write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_written_as_serde_json_writes_it() {
        let id = |number: u8| format!("0199f3c0-5a00-7000-8000-0000000000{number:02x}").parse::<EventId>().unwrap();
        let (track, counts) =
            (TrackId::new("a/b-c").unwrap(), BTreeMap::from([(Status::ALL[0], 3), (Status::ALL[2], 0)]));
        let texts = ["", "plain", "\"quoted\" \\ and\ttabbed\n", "\u{1}\u{1f}\u{7f}\u{2028}", "Zürich – 北京 🙂"];
        for text in texts {
            for is_full in [false, true] {
                let actors = if is_full { vec![Cow::Owned(ActorId::new("us/state").unwrap()); 2] } else { Vec::new() };
                let full = is_full.then_some(Cow::Borrowed(text));
                let meeting = MeetingView { meeting: "m-1", when: full.clone(), venue: full.clone() };
                let dispute = |set_aside| DisputeView { claim: id(1), denied_by: vec![id(2), id(3)], set_aside };
                let view = TrackView {
                    track: &track,
                    title: full.clone(),
                    kind: is_full.then_some(TrackKind::ArmsControl),
                    parties: actors.clone(),
                    status: Status::ALL[1],
                    since: Cow::Borrowed(text),
                    decided_by: is_full.then(|| id(7)),
                    evidence: if is_full { vec![id(7), id(0xff)] } else { Vec::new() },
                    next: is_full.then_some(meeting),
                    meetings_held: 12,
                    last_held: full.clone(),
                    open_proposals: if is_full { vec!["one", "two"] } else { Vec::new() },
                    last_activity: Cow::Borrowed(text),
                    last_progress: full.clone(),
                    sources: 0,
                    events: usize::MAX,
                    said_by: actors.clone(),
                    silent: actors,
                    contested: if is_full { vec![dispute(true), dispute(false)] } else { Vec::new() },
                    rule: "a rule",
                    descendants: is_full.then_some(&counts),
                };
                let mut json = b"before".to_vec();
                view.write_json(&mut json);
                let expected = format!("before{}", serde_json::to_string(&view).unwrap());
                assert_eq!(String::from_utf8(json).unwrap(), expected);
            }
        }
    }
}
