//! What the body of `CreateBucket` says. s3s's shape knows nothing of tags yet.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html>

use crate::services::s3::fault::Outcome;
use crate::services::s3::store::Tags;
use crate::services::s3::xml;
use s3s::dto;
use s3s::xml::{DeError, DeResult, Deserialize, Deserializer};

/// What a bucket is asked to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::services::s3) struct NewBucket {
    pub(in crate::services::s3) region: Option<String>,
    pub(in crate::services::s3) tags: Option<Tags>,
}

impl NewBucket {
    /// Reads a body; an empty one asks for nothing.
    pub(in crate::services::s3) fn read(body: &[u8]) -> Outcome<Self> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        xml::read(body)
    }
}

impl<'xml> Deserialize<'xml> for NewBucket {
    fn deserialize(reader: &mut Deserializer<'xml>) -> DeResult<Self> {
        let mut asked = Self::default();
        reader.named_element("CreateBucketConfiguration", |reader| {
            reader.for_each_element(|reader, name| match name {
                b"LocationConstraint" => {
                    asked.region = Some(reader.content()?);
                    Ok(())
                }
                b"Tags" => read_tags(reader, asked.tags.get_or_insert_default()),
                _ => Err(DeError::UnexpectedTagName),
            })
        })?;
        Ok(asked)
    }
}

fn read_tags(reader: &mut Deserializer<'_>, tags: &mut Tags) -> DeResult {
    reader.for_each_element(|reader, name| match name {
        b"Tag" => {
            let tag: dto::Tag = reader.content()?;
            tags.push((tag.key.unwrap_or_default(), tag.value.unwrap_or_default()));
            Ok(())
        }
        _ => Err(DeError::UnexpectedTagName),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_new_bucket_has_a_region_and_tags() {
        let body = b"<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint>\
            <Tags><Tag><Key>equipe</Key><Value>bleue</Value></Tag><Tag><Key>env</Key><Value></Value></Tag></Tags>\
            </CreateBucketConfiguration>";
        let asked = NewBucket::read(body).unwrap();
        assert_eq!(asked.region.as_deref(), Some("eu-west-3"));
        let tags = [
            ("equipe".to_owned(), "bleue".to_owned()),
            ("env".to_owned(), String::new()),
        ];
        assert_eq!(asked.tags.unwrap(), tags);
        assert_eq!(NewBucket::read(b"").unwrap(), NewBucket::default());
        assert_eq!(NewBucket::read(b"<Other/>").unwrap_err().code, "MalformedXML");
    }
}
