"""What a cell shows on demand: a denial, a token bucket, versions."""

WORLD = """
use prelude::*;
use aws_sdk_dynamodb::types::{AttributeDefinition, AttributeValue, KeySchemaElement, KeyType, ProvisionedThroughput, ScalarAttributeType};
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
let atelier = commencer("montrer").await;
let ici = CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::from("eu-west-3")).build();
atelier.s3.create_bucket().bucket("montrer-essai").create_bucket_configuration(ici).send().await?;
atelier.s3.put_object().bucket("montrer-essai").key("a.pdf").body(b"un".to_vec().into()).send().await?;
atelier.dynamodb.create_table().table_name("montrees")
    .attribute_definitions(AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S).build()?)
    .key_schema(KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash).build()?)
    .provisioned_throughput(ProvisionedThroughput::builder().read_capacity_units(5).write_capacity_units(5).build()?)
    .send().await?;
atelier.dynamodb.put_item().table_name("montrees").item("id", AttributeValue::S("a".to_owned())).send().await?;
atelier.iam.create_user().user_name("lecteur").send().await?;
let clef = atelier.iam.create_access_key().user_name("lecteur").send().await?.access_key.unwrap();
let politique = r#"{"Version":"2012-10-17","Statement":[{"Sid":"lire","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::autre/*"}]}"#;
atelier.iam.put_user_policy().user_name("lecteur").policy_name("minimale").policy_document(politique).send().await?;
let lecteur = atelier.avec_les_cles(&clef.access_key_id, &clef.secret_access_key, None);
"""


def forms(said):
    return [content["data"] for content in said.of("display_data")]


def test_a_denial_is_a_table_and_a_bucket_and_versions_are_figures(kernel):
    assert kernel.run(WORLD).content["status"] == "ok"
    denied = kernel.run(
        'println!("{}", lecteur.s3.get_object().bucket("montrer-essai").key("a.pdf").send().await.is_err()); montrer(Refus).await;'
    )
    assert denied.text() == "true\n"
    (shown,) = forms(denied)
    assert "<table>" in shown["text/html"] and "1 (lire)" in shown["text/html"], shown
    assert "minimale" in shown["text/plain"] and "arn:aws:s3:::autre/*" in shown["text/plain"]
    assert denied.of("execute_result") == []

    figures = kernel.run('montrer(Versions("montrer-essai")).await; montrer(Debit("montrees")).await;')
    svgs = [form["image/svg+xml"] for form in forms(figures)]
    assert ["montrer-essai" in svg for svg in svgs] == [True, False], svgs
    assert "montrees" in svgs[1]
