//! Maps with known keys: one definition gives the type, its decoder and its schema.

/// Defines a map with known keys.
///
/// ```text
/// record! {
///     /// What it is.
///     Name flat selector: ClusterSelector rest "KubernetesType" except ["template"]
///     refuse ["replicas": "why"] recovering lost {
///         /// What the field does.
///         field "key": Type, default "shown to the user", example "a value";
///     }
/// }
/// ```
///
/// A field whose type has no [`Shape::absent`](crate::schema::Shape::absent) value is needed. `flat` reads another record's keys out of
/// the same map, `rest` takes all other fields of a Kubernetes type, `refuse` names keys of other shapes and says why they are not here. With `recovering`, a field that cannot be read
/// counts as left out and its key stands in `lost`, so that the other fields can be looked at all the same; otherwise
/// the whole map cannot be used. `at` holds the place of the key that the map belongs to.
macro_rules! record {
    (
        $(#[doc = $doc:literal])+
        $name:ident
        $(flat $flat:ident: $flat_type:ident)?
        $(rest $kubernetes:literal except [$($except:literal),*])?
        $(refuse [$($refused:literal: $why:literal),*])?
        $(recovering $recovering:ident)? {
            $(
                $(#[doc = $field_doc:literal])+
                $field:ident $key:literal: $type:ty $(, default $default:tt)? $(, example $example:tt)?;
            )*
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            /// The place of the key that this map belongs to, or of its first key in a list.
            pub at: $crate::source::Span,
            $(
                /// The keys of another shape that stand beside the others.
                pub $flat: $flat_type,
            )?
            $($(#[doc = $field_doc])+ pub $field: $type,)*
            $(
                #[doc = concat!("The other fields of Kubernetes' ", $kubernetes, ".")]
                pub rest: $crate::schema::Rest,
            )?
            $(
                /// The keys of the fields that could not be read, which was reported.
                pub $recovering: Vec<String>,
            )?
        }

        impl $crate::schema::Record for $name {
            const KEYS: &'static [&'static str] = &[$($key),*];

            fn know(fields: &mut $crate::schema::Fields<'_>) {
                fields.know(Self::KEYS);
                $(<$flat_type as $crate::schema::Record>::know(fields);)?
            }

            fn read(
                fields: &mut $crate::schema::Fields<'_>,
                decoder: &mut $crate::schema::Decoder<'_>,
            ) -> Result<Self, $crate::diagnostic::Reported> {
                <Self as $crate::schema::Record>::know(fields);
                $(let _ = stringify!($recovering); fields.recover();)?
                $(fields.refuse(&[$(($refused, $why)),*], decoder);)?
                $(fields.know_kubernetes($kubernetes, &[$($except),*], decoder);)?
                $(let $flat = <$flat_type as $crate::schema::Record>::read(fields, decoder);)?
                $(let $field = fields.take::<$type>($key, decoder);)*
                $(let rest = fields.rest($kubernetes, decoder);)?
                Ok(Self {
                    at: fields.at,
                    $($flat: $flat?,)?
                    $($field: $field?,)*
                    $(rest: { let _ = $kubernetes; rest },)?
                    $($recovering: fields.lost(),)?
                })
            }

            fn field_schemas(
                definitions: &mut $crate::schema::Definitions,
            ) -> Vec<($crate::schema::FieldText, serde_json::Value)> {
                let fields = vec![$(
                    (
                        $crate::schema::FieldText {
                            key: $key,
                            description: concat!($($field_doc, "\n"),+),
                            is_needed: <$type as $crate::schema::Shape>::absent().is_none(),
                            default: $crate::schema::record!(@json $($default)?),
                            example: $crate::schema::record!(@json $($example)?),
                        },
                        <$type as $crate::schema::Shape>::schema(definitions),
                    ),
                )*];
                $(let fields = [<$flat_type as $crate::schema::Record>::field_schemas(definitions), fields].concat();)?
                fields
            }

            fn rests() -> Vec<$crate::schema::RestOf> {
                let own: Option<$crate::schema::RestOf> =
                    $crate::schema::record!(@rest $($kubernetes, [$($except),*])?);
                let rests: Vec<$crate::schema::RestOf> = own.into_iter().collect();
                $(let rests = [rests, <$flat_type as $crate::schema::Record>::rests()].concat();)?
                rests
            }
        }

        impl $crate::schema::Shape for $name {
            fn decode(
                node: &$crate::yaml::Node,
                decoder: &mut $crate::schema::Decoder<'_>,
            ) -> Result<Self, $crate::diagnostic::Reported> {
                let mut fields = decoder.open::<Self>(node)?;
                let record = <Self as $crate::schema::Record>::read(&mut fields, decoder);
                fields.close(decoder);
                record
            }

            fn find_homes(homes: &mut $crate::schema::Homes<'_>, path: &str, depth: usize) {
                let rest: Option<(&str, &[&str])> =
                    $crate::schema::record!(@rest $($kubernetes, [$($except),*])?);
                homes.visit((path, depth), <Self as $crate::schema::Record>::KEYS, rest);
                $(<$flat_type as $crate::schema::Shape>::find_homes(homes, path, depth);)?
                $(homes.descend((path, depth), $key, <$type as $crate::schema::Shape>::find_homes);)*
            }

            fn schema(definitions: &mut $crate::schema::Definitions) -> serde_json::Value {
                definitions.define(stringify!($name), |definitions| {
                    let fields = <Self as $crate::schema::Record>::field_schemas(definitions);
                    let rests = <Self as $crate::schema::Record>::rests();
                    definitions.record(concat!($($doc, "\n"),+), &fields, &rests)
                })
            }
        }
    };
    (@json) => { None };
    (@json $value:tt) => { Some(serde_json::json!($value)) };
    (@rest) => { None };
    (@rest $kubernetes:literal, [$($except:literal),*]) => { Some(($kubernetes, &[$($except),*])) };
}

pub(crate) use record;
